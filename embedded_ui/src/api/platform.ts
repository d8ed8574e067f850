import { useQuery } from "@tanstack/react-query";
import { queryString } from "../base/address";
import type { Place } from "../base/kinds";
import { local, rest } from "./rest";
import type { Home, Machine, ProjectJson, ScheduleList, SearchResult, Status } from "./types";

/** A project with its domains. */
export interface Project {
  id: string;
  name: string;
  description: string;
  archived: boolean;
  domains: { id: string; name: string }[];
}

const projectOf = (json: ProjectJson): Project => ({
  id: json.id ?? "",
  name: json.name ?? "",
  description: json.description ?? "",
  archived: json.state === "ARCHIVED",
  domains: (json.domains ?? []).map(({ id = "", name = "" }) => ({ id, name })),
});

export const projectsKey = ["projects"];

export const projectsQuery = {
  queryKey: projectsKey,
  queryFn: async ({ signal }: { signal: AbortSignal }) =>
    ((await rest<{ projects?: ProjectJson[] }>("/projects", { signal })).projects ?? []).map(projectOf),
};

export const useProjects = () => useQuery(projectsQuery);

export const statusKey = ["status"];

/** The sandbox itself; `machine` events keep its capacity current. */
export function useStatus() {
  return useQuery({ queryKey: statusKey, queryFn: ({ signal }) => local<Status>("/status", { signal }) });
}

/** What a `machine` event tells. */
export type MachineRow = Machine;

export const homeKey = ["home"];

/** What needs somebody now, in all projects. */
export function useHome() {
  return useQuery({ queryKey: homeKey, queryFn: ({ signal }) => local<Home>("/home", { signal }) });
}

export const schedulesKey = ["schedules"];

/** All schedules, the next first. */
export function useSchedules() {
  return useQuery({ queryKey: schedulesKey, queryFn: ({ signal }) => local<ScheduleList>("/schedules", { signal }) });
}

const GROUPS = ["executions", "workflows", "tasks", "plans", "pods", "images", "objects"] as const;

/** One text in everything that has a name: the groups in which something was found, with at most `limit` hits each. */
export function useFound(q: string, place: Place | null, limit: number) {
  return useQuery({
    queryKey: ["search", q, place, limit],
    enabled: q !== "",
    queryFn: async ({ signal }) => {
      const query = queryString({ q, project: place?.project, domain: place?.domain, limit });
      const { groups } = await local<SearchResult>(`/search${query}`, { signal });
      return GROUPS.map((id) => ({ id, hits: groups[id] })).filter(({ hits }) => hits.length > 0);
    },
    staleTime: 0,
    placeholderData: (before) => before,
  });
}
