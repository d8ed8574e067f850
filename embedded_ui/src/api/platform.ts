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

/** One text in the names of everything. */
export function useSearch(q: string, place: Place | null) {
  return useQuery({
    queryKey: ["search", q, place],
    enabled: q !== "",
    queryFn: ({ signal }) =>
      local<SearchResult>(`/search${queryString({ q, project: place?.project, domain: place?.domain, limit: 8 })}`, {
        signal,
      }),
    placeholderData: (before) => before,
  });
}
