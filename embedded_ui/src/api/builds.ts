// Builds of images: what `sandbox build` does on this machine, and did.
import { useQuery } from "@tanstack/react-query";
import { client } from "./client";
import { local, path } from "./rest";
import type { Build, BuildDetail, BuildList, LogLines } from "./types";

type Revised<T> = T & { rev?: number };

export const buildsKey = ["builds"];

/** The newest builds, the newest first. Read anew whenever they are shown: they are made in a terminal. */
export const useBuilds = () =>
  useQuery({
    queryKey: buildsKey,
    queryFn: ({ signal }) => local<BuildList>("/builds", { signal }),
    staleTime: 0,
    refetchOnMount: true,
  });

export const buildKey = (id: string) => ["build", id];

/** One build with its Dockerfile. */
export const useBuild = (id: string) =>
  useQuery({
    queryKey: buildKey(id),
    queryFn: ({ signal }) => local<BuildDetail>(`/builds${path(id)}`, { signal }),
    staleTime: 0,
    refetchOnMount: true,
  });

/** Puts a row that the live channel told into the build that is shown. */
export function applyBuild(row: Revised<Build>): void {
  client.setQueryData<BuildDetail>(
    buildKey(row.id),
    (data) => data && ((row.rev ?? 0) >= data.rev ? { ...data, ...row, rev: row.rev ?? data.rev } : data),
  );
}

const LINES_MAX = 5000;

/** Lines of a build's log from number `from` on (from 0); at most `count` of them. */
export const buildLines = (id: string, from: number, count: number): Promise<LogLines> =>
  local<LogLines>(`/builds${path(id)}/lines?from=${from}&count=${Math.min(count, LINES_MAX)}`);
