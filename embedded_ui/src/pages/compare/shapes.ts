// What is registered, in the words that people use for it, so that two versions can be compared. What differs between
// any two registrations of the same thing (versions of its parts, times, settings that only say where it was
// registered from) is left out.
import type { Version } from "../../api/entities";
import type { LaunchPlanJson, LiteralTypeJson, TaskTemplateJson, WorkflowJson } from "../../api/types";
import { plainData } from "../../feature/literal/plain";
import { typeText } from "../../feature/literal/read";

type Bag = Record<string, unknown>;

const RESOURCES: Record<string, string> = {
  CPU: "cpu",
  MEMORY: "mem",
  GPU: "gpu",
  STORAGE: "storage",
  EPHEMERAL_STORAGE: "ephemeral_storage",
};
/** Where it was registered from, packed: other bytes each time. */
const SERIALIZED = "_F_SS_C";
const CODE = "--additional-distribution";

type Entries = { name?: string; value?: string }[];

const amounts = (entries: Entries | undefined): Bag =>
  Object.fromEntries((entries ?? []).map(({ name = "", value }) => [RESOURCES[name] ?? name.toLowerCase(), value]));

const typesOf = (variables: Version["inputs"]): Bag =>
  Object.fromEntries(variables.map(([name, type]) => [name, typeText(type)]));

const interfaceTypes = (map: Record<string, { type?: LiteralTypeJson }> | undefined): Bag =>
  Object.fromEntries(Object.entries(map ?? {}).map(([name, { type }]) => [name, typeText(type)]));

/** The code that flytekit fetches before it runs, taken out of the arguments. */
function argumentsOf(args: string[]): Bag {
  const at = args.indexOf(CODE);
  if (at < 0) return { args };
  return { code: args[at + 1], args: args.filter((_, index) => index !== at + 1) };
}

/** A task as people speak of it: image, requests.mem, limits.mem, env.NAME, ... */
export function taskShape(template: TaskTemplateJson): Bag {
  const { container, metadata, securityContext, k8sPod, sql } = template;
  const env = (container?.env ?? []).filter(({ key }) => key !== SERIALIZED);
  return {
    type: template.type,
    image: container?.image,
    command: container?.command,
    ...argumentsOf(container?.args ?? []),
    env: Object.fromEntries(env.map(({ key = "", value }) => [key, value])),
    requests: amounts(container?.resources?.requests),
    limits: amounts(container?.resources?.limits),
    extended: template.extendedResources,
    inputs: interfaceTypes(template.interface?.inputs?.variables),
    outputs: interfaceTypes(template.interface?.outputs?.variables),
    retries: metadata?.retries?.retries || undefined,
    timeout: metadata?.timeout,
    cache: metadata?.discoverable
      ? { version: metadata.discoveryVersion, serializable: metadata.cacheSerializable || undefined }
      : undefined,
    interruptible: metadata?.interruptible,
    pod_template: metadata?.podTemplateName,
    flytekit: metadata?.runtime?.version,
    secrets: (securityContext?.secrets ?? []).map(({ group, key }) => `${group}/${key}`),
    pod: k8sPod,
    sql,
    custom: template.custom,
    config: template.config,
  };
}

const isBag = (value: unknown): value is Bag => value !== null && typeof value === "object" && !Array.isArray(value);

/** References by their names: their version only where it is another one than that of what refers to them. */
function withNames(value: unknown, version: string): unknown {
  if (Array.isArray(value)) return value.map((each) => withNames(each, version));
  if (!isBag(value)) return value;
  if ("resourceType" in value && typeof value["name"] === "string")
    return value["version"] === version ? value["name"] : `${value["name"]} ${value["version"]}`;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, withNames(each, version)]));
}

function workflowShape(json: WorkflowJson, version: string): Bag {
  const closure = json.closure?.compiledWorkflow;
  const template = closure?.primary?.template;
  const tasks = (closure?.tasks ?? []).map((task): [string, Bag] => [
    task.template?.id?.name ?? "",
    taskShape(task.template ?? {}),
  ]);
  const inner = (closure?.subWorkflows ?? []).map((each): [string, unknown] => [
    each.template?.id?.name ?? "",
    withNames(each.template?.nodes ?? [], version),
  ]);
  return {
    tasks: Object.fromEntries(tasks),
    nodes: withNames(template?.nodes ?? [], version),
    sub_workflows: Object.fromEntries(inner),
    on_failure: withNames(template?.failureNode, version),
    metadata: template?.metadata,
    defaults: template?.metadataDefaults,
  };
}

function planShape({ spec }: LaunchPlanJson, version: string): Bag {
  const { defaultInputs, fixedInputs, entityMetadata, ...rest } = spec ?? {};
  const presets = Object.entries(defaultInputs?.parameters ?? {});
  return {
    ...(withNames(rest, version) as Bag),
    ...(withNames(entityMetadata ?? {}, version) as Bag),
    defaults: Object.fromEntries(
      presets.map(([name, { default: preset, required }]) => [
        name,
        required ? "required" : preset && plainData(preset),
      ]),
    ),
    fixed: Object.fromEntries(
      Object.entries(fixedInputs?.literals ?? {}).map(([name, literal]) => [name, plainData(literal)]),
    ),
  };
}

/** A version in the words that people use for it. */
export function versionShape(version: Version): Bag {
  const types = { inputs: typesOf(version.inputs), outputs: typesOf(version.outputs) };
  if (version.template) return taskShape(version.template);
  if (version.plan) return { ...planShape(version.plan, version.version), ...types };
  return { ...workflowShape(version.raw as WorkflowJson, version.version), ...types };
}
