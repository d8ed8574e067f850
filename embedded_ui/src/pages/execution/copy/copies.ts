// An execution as what one types elsewhere to launch it again.
import type { ExecutionJson, LiteralJson, LiteralTypeJson } from "../../../api/types";
import { type Data, writeData } from "../../../feature/literal/data";
import { plainData } from "../../../feature/literal/plain";
import { curlCommand, pyflyteCommand } from "../../launch/copies";

export interface Launched {
  project: string;
  domain: string;
  name: string;
  kind: "task" | "launch_plan";
  what: string;
  version: string;
  spec: NonNullable<ExecutionJson["spec"]>;
  inputs: Record<string, LiteralJson>;
  /** Of its inputs, as far as they are known. */
  types: Record<string, LiteralTypeJson>;
}

/** What was launched, as the API tells it. */
export function launchedOf(execution: ExecutionJson, inputs: Record<string, LiteralJson>): Launched | null {
  const { id, spec } = execution;
  const plan = spec?.launchPlan;
  if (!id || !spec || !plan) return null;
  return {
    project: id.project ?? "",
    domain: id.domain ?? "",
    name: id.name ?? "",
    kind: plan.resourceType === "TASK" ? "task" : "launch_plan",
    what: plan.name ?? "",
    version: plan.version ?? "",
    spec,
    inputs,
    types: {},
  };
}

type Kind = "plain" | "address" | "structure";

/** Whether people write such a value as text, as an address, or not at all. */
export function kindOf(literal: LiteralJson): Kind {
  const { scalar, collection, map } = literal;
  const inner = collection?.literals ?? (map ? Object.values(map.literals ?? {}) : []);
  if (collection || map) return inner.every((each) => kindOf(each) === "plain") ? "plain" : "structure";
  if (scalar?.union?.value) return kindOf(scalar.union.value);
  if (scalar?.primitive || scalar?.noneType !== undefined) return "plain";
  return scalar?.blob || scalar?.schema || scalar?.structuredDataset ? "address" : "structure";
}

const isNone = (literal: LiteralJson): boolean =>
  literal.scalar?.noneType !== undefined ||
  (literal.scalar?.union?.value !== undefined && isNone(literal.scalar.union.value));

/** Whether a value of that kind is in it. */
function holds(literal: LiteralJson, kind: "datetime" | "duration"): boolean {
  const { scalar, collection, map } = literal;
  const inner = collection?.literals ?? Object.values(map?.literals ?? {});
  if (scalar?.primitive?.[kind] !== undefined || inner.some((each) => holds(each, kind))) return true;
  return scalar?.union?.value !== undefined && holds(scalar.union.value, kind);
}

/** `pyflyte run` of that version with these inputs. */
export const pyflyteOf = (run: Launched): string =>
  pyflyteCommand(
    { kind: run.kind, project: run.project, domain: run.domain, name: run.what, version: run.version },
    run.inputs,
  );

/** A file for `flytectl create execution --execFile`; `left` are inputs that such a file cannot hold. */
export function flytectlFile(run: Launched): { file: string; left: string[] } {
  const left: string[] = [];
  const inputs = Object.entries(run.inputs).flatMap(([name, literal]) => {
    if (kindOf(literal) !== "plain" || literal.scalar?.union || isNone(literal) || holds(literal, "duration")) {
      left.push(name);
      return [];
    }
    return [`  ${JSON.stringify(name)}: ${writeData(plainData(literal))}`];
  });
  const lines = [
    'iamRoleARN: ""',
    inputs.length > 0 ? ["inputs:", ...inputs].join("\n") : "inputs: {}",
    'kubeServiceAcct: ""',
    `targetDomain: ${JSON.stringify(run.domain)}`,
    `targetProject: ${JSON.stringify(run.project)}`,
    `${run.kind === "task" ? "task" : "workflow"}: ${JSON.stringify(run.what)}`,
    `version: ${JSON.stringify(run.version)}`,
  ];
  return { file: lines.join("\n"), left };
}

export const flytectlFileCommand = (run: Launched): string =>
  `flytectl create execution -p ${run.project} -d ${run.domain} --execFile execution.yaml`;

const pythonData = (data: Data): string =>
  data === null
    ? "None"
    : typeof data === "boolean"
      ? data
        ? "True"
        : "False"
      : typeof data === "string"
        ? JSON.stringify(data)
        : String(data);

/** A value whose parts all have a plain form; floats keep their point, in lists and maps, too. */
function pythonPlain(literal: LiteralJson): string {
  const { scalar, collection, map } = literal;
  if (collection) return `[${(collection.literals ?? []).map(pythonPlain).join(", ")}]`;
  if (map)
    return `{${Object.entries(map.literals ?? {})
      .map(([key, each]) => `${JSON.stringify(key)}: ${pythonPlain(each)}`)
      .join(", ")}}`;
  if (scalar?.union?.value) return pythonPlain(scalar.union.value);
  const data = plainData(literal);
  if (scalar?.primitive?.floatValue === undefined) return pythonData(data);
  if (typeof data === "string") return `float(${JSON.stringify(data)})`;
  return Number.isInteger(data) ? `${data}.0` : String(data);
}

/** Whether a value of that type is a class of its own in Python, though it is written as text. */
function isEnum(type: LiteralTypeJson | undefined): boolean {
  if (!type) return false;
  if (type.enumType) return true;
  return [type.collectionType, type.mapValueType, ...(type.unionType?.variants ?? [])].some(isEnum);
}

/** A value as Python writes it; null: it is better taken from the execution itself. */
export function pythonValue(literal: LiteralJson, type?: LiteralTypeJson): string | null {
  const apart = isEnum(type) || kindOf(literal) !== "plain" || holds(literal, "datetime") || holds(literal, "duration");
  return apart ? null : pythonPlain(literal);
}

/** FlyteRemote that launches the same again; values that have no plain form come from the execution. */
export function pythonOf(run: Launched, endpoint: string): string {
  const fetch = run.kind === "task" ? "fetch_task" : "fetch_launch_plan";
  const values = Object.entries(run.inputs).map(([name, literal]) => ({
    name,
    value: pythonValue(literal, run.types[name]),
  }));
  const needsOld = values.some(({ value }) => value === null);
  const lines = [
    "from flytekit.configuration import Config",
    "from flytekit.remote import FlyteRemote",
    "",
    "remote = FlyteRemote(",
    `    Config.for_endpoint(${JSON.stringify(endpoint)}, insecure=True),`,
    `    default_project=${JSON.stringify(run.project)},`,
    `    default_domain=${JSON.stringify(run.domain)},`,
    ")",
    `what = remote.${fetch}(name=${JSON.stringify(run.what)}, version=${JSON.stringify(run.version)})`,
    ...(needsOld
      ? [
          `old = remote.client.get_execution_data(remote.fetch_execution(name=${JSON.stringify(run.name)}).id)`,
          "given = old.full_inputs.literals",
        ]
      : []),
    values.length === 0 ? "execution = remote.execute(what, inputs={})" : "execution = remote.execute(",
  ];
  if (values.length > 0) {
    lines.push("    what,", "    inputs={");
    for (const { name, value } of values)
      lines.push(`        ${JSON.stringify(name)}: ${value ?? `given[${JSON.stringify(name)}]`},`);
    lines.push("    },", ")");
  }
  return [...lines, "print(remote.generate_console_url(execution))"].join("\n");
}

/** The request that launches the same again. */
export function curlOf(run: Launched, origin: string): string {
  const { launchPlan, maxParallelism, interruptible, overwriteCache, envs, tags, labels, annotations } = run.spec;
  const settings = { maxParallelism, interruptible, overwriteCache, envs, tags, labels, annotations };
  const set = Object.fromEntries(
    Object.entries(settings).filter(([, value]) => value !== undefined && value !== false && value !== 0),
  );
  return curlCommand(origin, {
    project: run.project,
    domain: run.domain,
    spec: { launchPlan, metadata: { mode: "MANUAL" }, ...set },
    inputs: { literals: run.inputs },
  });
}
