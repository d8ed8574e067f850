import { useQuery } from "@tanstack/react-query";
import { queryString } from "../base/address";
import type { EntityKind, EntityName, Place } from "../base/kinds";
import { client } from "./client";
import { runs, withRuns } from "./executions";
import { local, path, rest } from "./rest";
import type {
  EntityList,
  ExecutionRow,
  LaunchPlanJson,
  LiteralTypeJson,
  TaskJson,
  TaskNeeds,
  TaskTemplateJson,
  TypedInterfaceJson,
  WorkflowJson,
} from "./types";

const REST_LIST: Record<EntityKind, string> = { task: "/tasks", workflow: "/workflows", launch_plan: "/launch_plans" };
const NEWEST = { "sort_by.key": "created_at", "sort_by.direction": "DESCENDING" };

export const entitiesKey = (place: Place, kind: EntityKind) => ["entities", place.project, place.domain, kind];

/** Tasks, workflows or launch plans of a project and domain, by name. */
export function readEntities(
  { project, domain }: Place,
  kind: EntityKind,
  archived: boolean,
  signal: AbortSignal,
): Promise<EntityList> {
  return local(`/entities${queryString({ project, domain, kind, archived: archived || null })}`, { signal });
}

export function useEntities(place: Place, kind: EntityKind, archived: boolean) {
  return useQuery({
    queryKey: [...entitiesKey(place, kind), archived],
    queryFn: ({ signal }) => readEntities(place, kind, archived, signal),
    placeholderData: (before) => before,
  });
}

const STRIP = 10;

/** Puts executions among the last runs of what they are of. */
export function applyRuns(place: Place, kind: EntityKind, rows: ExecutionRow[]): void {
  client.setQueriesData<EntityList>(
    { queryKey: entitiesKey(place, kind) },
    (now) =>
      now && {
        ...now,
        entities: now.entities.map((entity) => {
          const own = rows.filter((row) => runs(row, { kind, what: entity.name }));
          const times = [entity.last_run, ...own.map(({ created_at }) => created_at)].filter((at) => at !== null);
          const last_run = times.sort().at(-1) ?? null;
          return own.length > 0 ? { ...entity, last_run, strip: withRuns(entity.strip, own, STRIP) } : entity;
        }),
      },
  );
}

/** A version of a task, a workflow or a launch plan, in one shape. */
export interface Version {
  version: string;
  createdAt: string | null;
  inputs: [string, LiteralTypeJson | undefined][];
  outputs: [string, LiteralTypeJson | undefined][];
  image: string | null;
  template: TaskTemplateJson | null;
  /** Of a launch plan. */
  plan: LaunchPlanJson | null;
  description: string;
  raw: unknown;
}

function variables(of: TypedInterfaceJson | undefined, side: "inputs" | "outputs"): Version["inputs"] {
  const map = of?.[side]?.variables ?? {};
  return Object.entries(map)
    .map(([name, { type }]): [string, LiteralTypeJson | undefined] => [name, type])
    .sort(([a], [b]) => a.localeCompare(b));
}

function ofTask(json: TaskJson): Version {
  const template = json.closure?.compiledTask?.template ?? {};
  return {
    version: json.id?.version ?? "",
    createdAt: json.closure?.createdAt ?? null,
    inputs: variables(template.interface, "inputs"),
    outputs: variables(template.interface, "outputs"),
    image: template.container?.image ?? null,
    template,
    plan: null,
    description: json.shortDescription ?? "",
    raw: json,
  };
}

function ofWorkflow(json: WorkflowJson): Version {
  const primary = json.closure?.compiledWorkflow?.primary?.template;
  return {
    version: json.id?.version ?? "",
    createdAt: json.closure?.createdAt ?? null,
    inputs: variables(primary?.interface, "inputs"),
    outputs: variables(primary?.interface, "outputs"),
    image: null,
    template: null,
    plan: null,
    description: json.shortDescription ?? "",
    raw: json,
  };
}

function ofPlan(json: LaunchPlanJson): Version {
  const expected = json.closure?.expectedInputs?.parameters ?? {};
  return {
    version: json.id?.version ?? "",
    createdAt: json.closure?.createdAt ?? null,
    inputs: Object.entries(expected)
      .map(([name, parameter]): [string, LiteralTypeJson | undefined] => [name, parameter.var?.type])
      .sort(([a], [b]) => a.localeCompare(b)),
    outputs: Object.entries(json.closure?.expectedOutputs?.variables ?? {}).map(([name, { type }]) => [name, type]),
    image: null,
    template: null,
    plan: json,
    description: "",
    raw: json,
  };
}

type Listed = { tasks?: TaskJson[]; workflows?: WorkflowJson[]; launchPlans?: LaunchPlanJson[] };

function versionsOf(listed: Listed): Version[] {
  return [
    ...(listed.tasks ?? []).map(ofTask),
    ...(listed.workflows ?? []).map(ofWorkflow),
    ...(listed.launchPlans ?? []).map(ofPlan),
  ];
}

export const versionsKey = (of: EntityName) => ["versions", of.project, of.domain, of.kind, of.name];

/** The newest hundred versions of an entity. */
export function useVersions(of: EntityName) {
  return useQuery({
    queryKey: versionsKey(of),
    queryFn: async ({ signal }) => {
      const address = `${REST_LIST[of.kind]}${path(of.project, of.domain, of.name)}`;
      return versionsOf(await rest<Listed>(`${address}${queryString({ limit: 100, ...NEWEST })}`, { signal }));
    },
  });
}

/** One version, with all that was registered. */
export function useVersion(of: EntityName, version: string, wanted = true) {
  return useQuery({
    queryKey: [...versionsKey(of), version],
    enabled: wanted,
    queryFn: async ({ signal }) => {
      const address = `${REST_LIST[of.kind]}${path(of.project, of.domain, of.name, version)}`;
      const json = await rest<object>(address, { signal });
      if (of.kind === "task") return ofTask(json);
      return of.kind === "workflow" ? ofWorkflow(json) : ofPlan(json);
    },
  });
}

const RESOURCES: Record<EntityKind, string> = { task: "TASK", workflow: "WORKFLOW", launch_plan: "LAUNCH_PLAN" };
const namePath = (of: EntityName): string =>
  `/named_entities/${RESOURCES[of.kind]}${path(of.project, of.domain, of.name)}`;

/** Whether a task or a workflow is archived; launch plans have no such state. */
export const useArchived = (of: EntityName) =>
  useQuery({
    enabled: of.kind !== "launch_plan",
    queryKey: [...versionsKey(of), "", "archived"],
    queryFn: async ({ signal }) => {
      const { metadata } = await rest<{ metadata?: { state?: string } }>(namePath(of), { signal });
      return metadata?.state === "NAMED_ENTITY_ARCHIVED";
    },
  });

/** Hides a task or a workflow, all its versions, from lists, or shows it again. It can be launched all the same. */
export async function archiveEntity(of: EntityName, archived: boolean): Promise<void> {
  const { kind, project, domain, name } = of;
  const state = archived ? "NAMED_ENTITY_ARCHIVED" : "NAMED_ENTITY_ACTIVE";
  const body = { resourceType: RESOURCES[kind], id: { project, domain, name }, metadata: { state } };
  await rest(namePath(of), { method: "PUT", body });
  client.setQueryData([...versionsKey(of), "", "archived"], archived);
  await client.invalidateQueries({ queryKey: entitiesKey(of, kind) });
}

/** What a version of a task gets of the machine, and which workflows run it. */
export const useTaskNeeds = ({ project, domain, name }: EntityName, version: string) =>
  useQuery({
    queryKey: ["needs", project, domain, name, version],
    queryFn: ({ signal }) => local<TaskNeeds>(`/task${queryString({ project, domain, name, version })}`, { signal }),
    staleTime: 0,
    refetchOnMount: true,
  });
