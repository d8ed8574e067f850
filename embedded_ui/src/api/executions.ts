import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { queryString } from "../base/address";
import type { Place } from "../base/kinds";
import { client } from "./client";
import { local } from "./rest";
import type { ExecutionList, ExecutionRow, StripEntry } from "./types";

/** What a list of executions is narrowed to. Times in milliseconds since 1970, durations in milliseconds. */
export interface ExecutionFilters {
  /** Phases of the API. */
  phases?: string[];
  kind?: string;
  what?: string;
  /** Contained in the version. */
  version?: string;
  /** The version itself, of `kind` and `what`. */
  exactly?: string | undefined;
  /** KEY or KEY=VALUE, several with commas. */
  label?: string;
  user?: string;
  startedFrom?: number | undefined;
  startedTo?: number | undefined;
  durationMin?: number | undefined;
  durationMax?: number | undefined;
  archived?: boolean;
  q?: string;
}

const PAGE = 50;
const time = (ms: number | undefined): string | undefined =>
  ms === undefined ? undefined : new Date(ms).toISOString();

function whatOf({ kind, what, exactly }: ExecutionFilters): string | undefined {
  return kind && what ? [kind, what, exactly].filter(Boolean).join(":") : what;
}

function listAddress(place: Place, filters: ExecutionFilters, cursor: string): string {
  return `/executions${queryString({
    project: place.project,
    domain: place.domain,
    phase: filters.phases?.join(","),
    what: whatOf(filters),
    version: filters.version,
    label: filters.label,
    user: filters.user,
    started_from: time(filters.startedFrom),
    started_to: time(filters.startedTo),
    duration_min: filters.durationMin,
    duration_max: filters.durationMax,
    archived: filters.archived ? "true" : undefined,
    q: filters.q,
    limit: PAGE,
    cursor,
  })}`;
}

/** The newest executions that fit: their first page. */
export const readExecutions = (place: Place, filters: ExecutionFilters, signal: AbortSignal): Promise<ExecutionList> =>
  local(listAddress(place, filters, ""), { signal });

export const executionsKey = (place: Place, filters: ExecutionFilters) => [
  "executions",
  place.project,
  place.domain,
  filters,
];

/** The executions of a project and domain, the newest first, page by page. */
export function useExecutions(place: Place, filters: ExecutionFilters) {
  return useInfiniteQuery({
    queryKey: executionsKey(place, filters),
    queryFn: ({ pageParam, signal }) => local<ExecutionList>(listAddress(place, filters, pageParam), { signal }),
    initialPageParam: "",
    getNextPageParam: (page) => page.next ?? undefined,
    placeholderData: (before) => before,
  });
}

const SIMILAR = 30;

/** Executions of what an execution runs, the newest first; with `succeeded` only successes from before it. */
export const similarQuery = (of: ExecutionRow | undefined, { succeeded = false }: { succeeded?: boolean }) => ({
  queryKey: ["similar", of?.project, of?.domain, of?.what.kind, of?.what.name, succeeded ? of?.id : ""],
  queryFn: async ({ signal }: { signal: AbortSignal }): Promise<ExecutionRow[]> => {
    if (!of) return [];
    const query = queryString({
      project: of.project,
      domain: of.domain,
      what: `${of.what.kind}:${of.what.name}`,
      phase: succeeded ? "SUCCEEDED" : undefined,
      started_to: succeeded ? (of.started_at ?? of.created_at) : undefined,
      limit: succeeded ? 2 : SIMILAR,
    });
    return (await local<ExecutionList>(`/executions${query}`, { signal })).executions;
  },
});

const STRIP = 100;
const stripKey = ({ project, domain }: Place) => ["strip", project, domain];
interface Strip {
  strip: StripEntry[];
  seq: number;
}

/** The last hundred executions for the bars above the list. */
export function useStrip(place: Place) {
  return useQuery({
    queryKey: stripKey(place),
    queryFn: ({ signal }) => local<Strip>(`/executions/strip${queryString({ ...place, limit: STRIP })}`, { signal }),
  });
}

/** The newest `most` executions, which begin with the newest, after some have begun or changed. */
export function withRuns(strip: StripEntry[], rows: ExecutionRow[], most: number): StripEntry[] {
  let next = strip;
  for (const { id, phase, started_at, created_at, duration_ms, archived } of rows) {
    const entry = { id, phase, started_at, duration_ms };
    const at = next.findIndex((each) => each.id === id);
    if (archived) next = next.filter((each) => each.id !== id);
    else if (at >= 0) next = next.with(at, entry);
    else if (next.length < most || (created_at ?? "") > (next.at(-1)?.started_at ?? ""))
      next = [entry, ...next].slice(0, most);
  }
  return next;
}

/** Puts executions into the bars that are shown. */
export function applyToStrip(place: Place, rows: ExecutionRow[]): void {
  client.setQueryData<Strip>(stripKey(place), (now) => now && { ...now, strip: withRuns(now.strip, rows, STRIP) });
}

const contains = (text: string, part: string): boolean => text.toLowerCase().includes(part.toLowerCase());

/** Whether an execution is one of a task, a workflow or a launch plan. */
export function runs(row: ExecutionRow, { kind, what, exactly }: ExecutionFilters): boolean {
  const plan = kind === "launch_plan";
  const [name, version] = plan ? [row.plan, row.plan_version] : [row.what.name, row.what.version];
  return name === what && (plan || !kind || row.what.kind === kind) && (!exactly || version === exactly);
}

function isLabelled({ labels }: ExecutionRow, label: string): boolean {
  const [key = "", value] = label.split(/=(.*)/);
  return key === "" || (key in labels && (!value || labels[key] === value));
}

/** Whether a row that the live channel told belongs into a list with these filters. */
export function fits(row: ExecutionRow, filters: ExecutionFilters): boolean {
  const { phases = [], what, version, label, user, q, archived = false, durationMin = 0, durationMax } = filters;
  if (row.archived !== archived) return false;
  if (phases.length > 0 && !phases.includes(row.phase)) return false;
  if (what && !runs(row, filters)) return false;
  if (version && !contains(row.what.version, version)) return false;
  if (label && !label.split(",").every((each) => isLabelled(row, each))) return false;
  if (user && row.principal !== user) return false;
  const texts = [row.id, row.what.name, row.error?.line ?? "", row.abort?.cause ?? ""];
  if (q && !texts.some((text) => contains(text, q))) return false;
  const length = row.duration_ms ?? 0;
  if (length < durationMin || (durationMax !== undefined && (!row.duration_ms || length > durationMax))) return false;
  const started = Date.parse(row.started_at ?? row.created_at ?? "");
  if (filters.startedFrom !== undefined && started < filters.startedFrom) return false;
  if (filters.startedTo !== undefined && started >= filters.startedTo) return false;
  return true;
}
