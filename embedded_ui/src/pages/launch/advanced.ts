// The settings of an execution beside its inputs, as the form holds them and as they are sent.
import type { Launchable } from "../../api/launch";
import type { ExecutionCreateRequestJson, ExecutionSpecJson, LiteralJson } from "../../api/types";
import type { Place, RunName } from "../../base/kinds";
import type { Problem } from "../../feature/literal/parse";

export interface Pair {
  id: number;
  key: string;
  value: string;
}

export interface Advanced {
  name: string;
  labels: Pair[];
  annotations: Pair[];
  envs: Pair[];
  tags: string;
  overwriteCache: boolean;
  interruptible: "" | "true" | "false";
  maxParallelism: string;
  rawOutput: string;
  role: string;
  account: string;
  disableNotifications: boolean;
}

export const NO_ADVANCED: Advanced = {
  name: "",
  labels: [],
  annotations: [],
  envs: [],
  tags: "",
  overwriteCache: false,
  interruptible: "",
  maxParallelism: "",
  rawOutput: "",
  role: "",
  account: "",
  disableNotifications: false,
};

const pairs = (values: Record<string, string> | undefined): Pair[] =>
  Object.entries(values ?? {}).map(([key, value], id) => ({ id, key, value }));

/** The settings of a run, for its relaunch. Its name is not one of them: each run has its own. */
export function advancedOf(spec: ExecutionSpecJson | undefined): Advanced {
  const envs = (spec?.envs?.values ?? []).map(({ key = "", value = "" }, id) => ({ id, key, value }));
  const { interruptible } = spec ?? {};
  return {
    ...NO_ADVANCED,
    labels: pairs(spec?.labels?.values),
    annotations: pairs(spec?.annotations?.values),
    envs,
    tags: (spec?.tags ?? []).join(", "),
    overwriteCache: spec?.overwriteCache === true,
    interruptible: interruptible === undefined ? "" : interruptible ? "true" : "false",
    maxParallelism: spec?.maxParallelism ? String(spec.maxParallelism) : "",
    rawOutput: spec?.rawOutputDataConfig?.outputLocationPrefix ?? "",
    role: spec?.securityContext?.runAs?.iamRole ?? spec?.authRole?.assumableIamRole ?? "",
    account: spec?.securityContext?.runAs?.k8sServiceAccount ?? spec?.authRole?.kubernetesServiceAccount ?? "",
    disableNotifications: spec?.disableAll === true,
  };
}

export function advancedProblems({ name, maxParallelism, labels, annotations, envs }: Advanced): Problem[] {
  const problems: Problem[] = [];
  const add = (field: string, code: Problem["code"], values = {}) =>
    problems.push({ path: ["advanced", field], code, values });
  if (name !== "" && !/^[a-z][a-z0-9-]{0,62}$/.test(name)) add("name", "refused");
  const parallelism = maxParallelism.trim();
  if (parallelism !== "" && !(/^\d{1,10}$/.test(parallelism) && Number(parallelism) < 2 ** 31))
    add("maxParallelism", "refused");
  for (const [field, rows] of Object.entries({ labels, annotations, envs })) {
    const keys = rows.map(({ key }) => key).filter((key) => key !== "");
    const twice = keys.find((key, index) => keys.indexOf(key) !== index);
    if (twice !== undefined) add(field, "duplicateKey", { key: twice });
  }
  return problems;
}

const filled = (rows: Pair[]): Pair[] => rows.filter(({ key }) => key !== "");
const record = (rows: Pair[]) => ({ values: Object.fromEntries(filled(rows).map(({ key, value }) => [key, value])) });

function runAs({ role, account }: Advanced): ExecutionSpecJson {
  if (role === "" && account === "") return {};
  return {
    securityContext: {
      runAs: { ...(role === "" ? {} : { iamRole: role }), ...(account === "" ? {} : { k8sServiceAccount: account }) },
    },
  };
}

/** What tasks lack of it: they have no launch plan that labels, notifications and outputs could come from. */
function planSpec(advanced: Advanced): ExecutionSpecJson {
  const { labels, annotations, maxParallelism, rawOutput, disableNotifications } = advanced;
  const parallelism = maxParallelism.trim();
  return {
    labels: record(labels),
    annotations: record(annotations),
    ...(disableNotifications ? { disableAll: true } : {}),
    ...(parallelism === "" ? {} : { maxParallelism: Number(parallelism) }),
    ...(rawOutput === "" ? {} : { rawOutputDataConfig: { outputLocationPrefix: rawOutput } }),
  };
}

export interface LaunchRequest {
  of: Launchable["id"];
  literals: Record<string, LiteralJson>;
  advanced: Advanced;
  /** The run that is launched again. */
  reference?: RunName | undefined;
}

/** The body of POST /api/v1/executions. */
export function launchBody({ of, literals, advanced, reference }: LaunchRequest): ExecutionCreateRequestJson & Place {
  const { kind, project, domain, name, version } = of;
  const envs = filled(advanced.envs).map(({ key, value }) => ({ key, value }));
  const tags = advanced.tags
    .split(",")
    .map((tag) => tag.trim())
    .filter((tag) => tag !== "");
  return {
    project,
    domain,
    ...(advanced.name === "" ? {} : { name: advanced.name }),
    spec: {
      launchPlan: { resourceType: kind === "task" ? "TASK" : "LAUNCH_PLAN", project, domain, name, version },
      inputs: { literals },
      metadata: { principal: "console", ...(reference ? { referenceExecution: { ...reference } } : {}) },
      ...planSpec(advanced),
      ...runAs(advanced),
      ...(advanced.interruptible === "" ? {} : { interruptible: advanced.interruptible === "true" }),
      ...(advanced.overwriteCache ? { overwriteCache: true } : {}),
      ...(envs.length === 0 ? {} : { envs: { values: envs } }),
      ...(tags.length === 0 ? {} : { tags }),
    },
  };
}
