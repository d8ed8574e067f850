// Quantities as Kubernetes writes them: 500m, 2, 200Mi, 1Gi.
import type { Quantities, TaskResources } from "../../api/machine";
import type { Limits } from "../../api/types";

const UNITS: Record<string, number> = {
  "": 1,
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
};

/** The amount of a quantity; null for what is none. */
export function amountOf(text: string): number | null {
  const match = /^(\d+(?:\.\d+)?|\.\d+)([A-Za-z]{0,2})$/.exec(text.trim());
  const unit = match ? UNITS[match[2] ?? ""] : undefined;
  return match && unit !== undefined ? Number(match[1]) * unit : null;
}

/** What can be set, by the server's names and by those of attributes. */
export const RESOURCES: { name: string; field: string }[] = [
  { name: "cpu", field: "cpu" },
  { name: "memory", field: "memory" },
  { name: "ephemeral-storage", field: "ephemeralStorage" },
  { name: "gpu", field: "gpu" },
];

/** What is in force, as what would have to be set to have the same. */
export function inForce(limits: Limits): TaskResources {
  const pick = (part: "default" | "limit"): Quantities =>
    Object.fromEntries(
      RESOURCES.flatMap(({ name, field }) => {
        const value = limits.resources.find(({ resource }) => resource === name)?.[part];
        return value ? [[field, value]] : [];
      }),
    );
  return { defaults: pick("default"), limits: pick("limit") };
}

export type Part = keyof TaskResources;
export interface Mistake {
  part: Part;
  field: string;
  kind: "bad" | "above";
}

/** What is wrong with what is to be set; the first of each field. */
export function mistakes(set: TaskResources): Mistake[] {
  return RESOURCES.flatMap(({ field }) => {
    const usual = set.defaults[field] ?? "";
    const limit = set.limits[field] ?? "";
    const out: Mistake[] = [];
    if (usual !== "" && amountOf(usual) === null) out.push({ part: "defaults", field, kind: "bad" });
    if (limit !== "" && amountOf(limit) === null) out.push({ part: "limits", field, kind: "bad" });
    const [least, most] = [amountOf(usual), amountOf(limit)];
    if (out.length === 0 && least !== null && most !== null && most !== 0 && least > most)
      out.push({ part: "defaults", field, kind: "above" });
    return out;
  });
}

export interface Change {
  part: Part;
  name: string;
  before: string;
  after: string;
}

/** What differs, field by field. */
export function changes(before: TaskResources, after: TaskResources): Change[] {
  return (["defaults", "limits"] as const).flatMap((part) =>
    RESOURCES.map(({ name, field }) => ({
      part,
      name,
      before: before[part][field] ?? "",
      after: after[part][field] ?? "",
    })).filter((each) => each.before !== each.after),
  );
}

/** Without what is empty. */
export const compact = ({ defaults, limits }: TaskResources): TaskResources => {
  const some = (of: Quantities) =>
    Object.fromEntries(
      Object.entries(of)
        .map(([field, text]) => [field, text.trim()] as const)
        .filter(([, text]) => text !== ""),
    );
  return { defaults: some(defaults), limits: some(limits) };
};

/** The file of `flytectl update task-resource-attribute --attrFile FILE`. */
export function attributeFile(at: { project: string; domain: string; workflow: string }, set: TaskResources): string {
  const part = (name: Part) => {
    const entries = Object.entries(set[name]);
    return entries.length === 0 ? [] : [`${name}:`, ...entries.map(([field, text]) => `  ${field}: "${text}"`)];
  };
  return [
    `project: ${at.project}`,
    `domain: ${at.domain}`,
    ...(at.workflow === "" ? [] : [`workflow: ${at.workflow}`]),
    ...part("defaults"),
    ...part("limits"),
  ].join("\n");
}
