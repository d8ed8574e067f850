import { useQuery } from "@tanstack/react-query";
import { local, rest } from "./rest";
import type { ProjectJson, Status } from "./types";

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

export function useProjects() {
  return useQuery({
    queryKey: projectsKey,
    queryFn: async ({ signal }) =>
      ((await rest<{ projects?: ProjectJson[] }>("/projects", { signal })).projects ?? []).map(projectOf),
  });
}

export const statusKey = ["status"];

/** The sandbox itself; `machine` events keep its capacity current. */
export function useStatus() {
  return useQuery({ queryKey: statusKey, queryFn: ({ signal }) => local<Status>("/status", { signal }) });
}

/** What a `machine` event tells. */
export interface MachineRow {
  capacity: {
    cpu_millis: { total: number | null; reserved: number; used?: number };
    memory_bytes: { total: number | null; reserved: number; used?: number };
    containers?: number;
    waiting?: number;
  };
}
