// Reading what can be launched, and the calls behind the buttons: each sends what upstream's console sends.
import { queryString } from "../base/address";
import { type EntityKind, type EntityName, type Place, type RunName, SECTIONS } from "../base/kinds";
import { path, rest } from "./rest";
import type {
  ExecutionCreateRequestJson,
  ExecutionJson,
  IdentifierJson,
  LaunchPlanJson,
  LiteralJson,
  LiteralMapJson,
  LiteralTypeJson,
  NodeExecutionGetDataResponseJson,
  TaskJson,
  WorkflowExecutionGetDataResponseJson,
} from "./types";

/** An input as the form needs it. */
export interface Input {
  name: string;
  type: LiteralTypeJson;
  description: string;
  required: boolean;
  /** What the launch plan gives when nothing is given. */
  preset?: LiteralJson | undefined;
}

/** A version of a task, or of a launch plan, with its inputs. */
export interface Launchable {
  id: Required<Pick<IdentifierJson, "project" | "domain" | "name" | "version">> & { kind: "task" | "launch_plan" };
  inputs: Input[];
  fixed: LiteralMapJson;
  created: string;
}

const LISTS: Record<EntityKind, string> = { task: "/tasks", workflow: "/workflows", launch_plan: "/launch_plans" };
const NEWEST = { "sort_by.key": "created_at", "sort_by.direction": "DESCENDING" };

const byName = <T extends { name: string }>(values: T[]): T[] => values.sort((a, b) => (a.name < b.name ? -1 : 1));

const identity = (id: IdentifierJson | undefined, kind: "task" | "launch_plan"): Launchable["id"] => ({
  kind,
  project: id?.project ?? "",
  domain: id?.domain ?? "",
  name: id?.name ?? "",
  version: id?.version ?? "",
});

function launchableTask(task: TaskJson): Launchable {
  const variables = task.closure?.compiledTask?.template?.interface?.inputs?.variables ?? {};
  const inputs = Object.entries(variables).map(([name, { type = {}, description = "" }]) => ({
    name,
    type,
    description: description === name ? "" : description,
    required: true,
  }));
  return {
    id: identity(task.id, "task"),
    inputs: byName(inputs),
    fixed: {},
    created: task.closure?.createdAt ?? "",
  };
}

function launchablePlan(plan: LaunchPlanJson): Launchable {
  const parameters = plan.closure?.expectedInputs?.parameters ?? {};
  const inputs = Object.entries(parameters).map(([name, { var: variable, default: preset, required }]) => ({
    name,
    type: variable?.type ?? {},
    description: variable?.description === name ? "" : (variable?.description ?? ""),
    required: required === true,
    preset,
  }));
  return {
    id: identity(plan.id, "launch_plan"),
    inputs: byName(inputs),
    fixed: plan.spec?.fixedInputs ?? {},
    created: plan.closure?.createdAt ?? "",
  };
}

/** A registered version of an entity, newest first in lists. */
export interface VersionEntry {
  version: string;
  created: string;
}

interface Listed {
  id?: IdentifierJson;
  closure?: { createdAt?: string };
}

/** The last versions, ten without `limit`; those whose version contains `contains` when it is not empty. */
export async function readVersions(
  of: EntityName,
  contains: string,
  signal: AbortSignal,
  limit = 10,
): Promise<VersionEntry[]> {
  const filters = contains === "" ? undefined : `contains(version,${contains})`;
  const address = LISTS[of.kind] + path(of.project, of.domain, of.name) + queryString({ limit, filters, ...NEWEST });
  const answer = await rest<Record<string, Listed[]>>(address, { signal });
  return (answer[SECTIONS[of.kind]] ?? []).map(({ id, closure }) => ({
    version: id?.version ?? "",
    created: closure?.createdAt ?? "",
  }));
}

/** What can be launched of one version: the task itself, the plan itself, or the plans of the workflow. */
export async function readLaunchables(of: EntityName, version: string, signal: AbortSignal): Promise<Launchable[]> {
  if (of.kind === "task")
    return [launchableTask(await rest<TaskJson>(`/tasks${path(of.project, of.domain, of.name, version)}`, { signal }))];
  if (of.kind === "launch_plan") {
    const plan = await rest<LaunchPlanJson>(`/launch_plans${path(of.project, of.domain, of.name, version)}`, {
      signal,
    });
    return [launchablePlan(plan)];
  }
  const filters = [`eq(workflow.name,${of.name})`, `eq(workflow.version,${version})`].join("+");
  const address = `/launch_plans${path(of.project, of.domain)}${queryString({ limit: 50, filters, ...NEWEST })}`;
  const answer = await rest<{ launchPlans?: LaunchPlanJson[] }>(address, { signal });
  return (answer.launchPlans ?? []).map(launchablePlan);
}

const run = (kind: string, { project, domain, name }: RunName): string => `${kind}${path(project, domain, name)}`;

export const readExecution = (of: RunName, signal: AbortSignal): Promise<ExecutionJson> =>
  rest<ExecutionJson>(run("/executions", of), { signal });

/** The inputs that a run got. */
export async function readRunInputs(of: RunName, signal: AbortSignal): Promise<LiteralMapJson> {
  const data = await rest<WorkflowExecutionGetDataResponseJson>(run("/data/executions", of), { signal });
  return data.fullInputs ?? {};
}

export async function readNodeInputs(of: RunName, node: string, signal: AbortSignal): Promise<LiteralMapJson> {
  const address = `/data/node_executions${path(of.project, of.domain, of.name, node)}`;
  return (await rest<NodeExecutionGetDataResponseJson>(address, { signal })).fullInputs ?? {};
}

const named = (answer: { id?: { project?: string; domain?: string; name?: string } }, at: Place): RunName => ({
  project: answer.id?.project ?? at.project,
  domain: answer.id?.domain ?? at.domain,
  name: answer.id?.name ?? "",
});

/** Starts an execution and tells its name. */
export async function createExecution(body: ExecutionCreateRequestJson & Place): Promise<RunName> {
  return named(await rest("/executions", { method: "POST", body }), body);
}

/** Starts a run that takes over what succeeded in a run that has ended. */
export async function recoverExecution({ project, domain, name }: RunName): Promise<RunName> {
  const id = { project, domain, name };
  return named(await rest("/executions/recover", { method: "POST", body: { id, name: "" } }), id);
}

export async function terminateExecution(of: RunName, cause: string): Promise<void> {
  await rest(run("/executions", of), { method: "DELETE", body: { cause } });
}

export async function archiveExecution(of: RunName, archived: boolean): Promise<void> {
  const { project, domain, name } = of;
  const state = archived ? "EXECUTION_ARCHIVED" : "EXECUTION_ACTIVE";
  await rest(run("/executions", of), { method: "PUT", body: { id: { project, domain, name }, state } });
}

/** Answers a gate. */
export async function setSignal(of: RunName, signalId: string, value: LiteralJson): Promise<void> {
  const { project, domain, name } = of;
  const id = { executionId: { project, domain, name }, signalId };
  await rest("/signals", { method: "POST", body: { id, value } });
}
