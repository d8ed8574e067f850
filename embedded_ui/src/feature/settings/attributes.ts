// Task resources of a place: as they are in force, as they are to be set, and what differs.
import type { Quantities, TaskResources } from "../../api/machine";
import type { Limits } from "../../api/types";
import { parseQuantity } from "../../base/quantity";

/** What can be set, by the server's names, by those of attributes, and by those of flytectl's files. */
export const RESOURCES = [
  { name: "cpu", field: "cpu", yaml: "cpu" },
  { name: "memory", field: "memory", yaml: "memory" },
  { name: "ephemeral-storage", field: "ephemeralStorage", yaml: "ephemeral_storage" },
  { name: "gpu", field: "gpu", yaml: "gpu" },
];
// What is kept as it is, too: attributes replace all that a place has.
const KEPT = [...RESOURCES, { name: "storage", field: "storage", yaml: "storage" }];

/** What is in force, as what would have to be set to have the same. */
export function inForce(limits: Limits): TaskResources {
  const pick = (part: "default" | "limit"): Quantities =>
    Object.fromEntries(
      KEPT.flatMap(({ name, field }) => {
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
    if (usual !== "" && parseQuantity(usual) === null) out.push({ part: "defaults", field, kind: "bad" });
    if (limit !== "" && parseQuantity(limit) === null) out.push({ part: "limits", field, kind: "bad" });
    const [least, most] = [parseQuantity(usual), parseQuantity(limit)];
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
export function attributeFile(at: { project: string; domain: string; workflow?: string }, set: TaskResources): string {
  const part = (name: Part) => {
    const lines = KEPT.flatMap(({ field, yaml }) => (set[name][field] ? [`  ${yaml}: "${set[name][field]}"`] : []));
    return lines.length === 0 ? [] : [`${name}:`, ...lines];
  };
  return [
    `project: ${JSON.stringify(at.project)}`,
    `domain: ${JSON.stringify(at.domain)}`,
    ...(at.workflow ? [`workflow: ${JSON.stringify(at.workflow)}`] : []),
    ...part("defaults"),
    ...part("limits"),
  ].join("\n");
}
