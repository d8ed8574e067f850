import { useQuery } from "@tanstack/react-query";
import { queryString } from "../base/address";
import type { RunName } from "../base/kinds";
import { client } from "./client";
import { local, path, rest } from "./rest";
import type { Limits, RunStats, Stats } from "./types";

/** A `stats` event: what a running attempt uses, `t_ms` milliseconds after its container started. */
export interface Sample {
  ns: string;
  pod: string;
  t_ms: number;
  cpu_millis: number;
  memory_bytes: number;
}

const POINTS = 600;

const statsKey = (namespace: string, pod: string) => ["stats", namespace, pod];

/** What a pod used. `state` is its phase: with the end come the last sample and the peak. */
export function useStats(namespace: string, pod: string, state: string) {
  return useQuery({
    queryKey: [...statsKey(namespace, pod), state],
    queryFn: ({ signal }) =>
      local<Stats>(`/stats${path(namespace, pod)}${queryString({ points: POINTS })}`, { signal }),
    placeholderData: (before) => before,
  });
}

/** The curve with one more sample at its end; one that it has already changes nothing. */
export function withSample<T extends Stats>(stats: T, sample: Sample): T {
  if (sample.t_ms <= (stats.t_ms.at(-1) ?? -1)) return stats;
  return {
    ...stats,
    t_ms: [...stats.t_ms, sample.t_ms],
    cpu_millis: [...stats.cpu_millis, sample.cpu_millis],
    memory_bytes: [...stats.memory_bytes, sample.memory_bytes],
    peak_memory_bytes: Math.max(stats.peak_memory_bytes ?? 0, sample.memory_bytes),
  };
}

/** Puts samples into the curves that are shown. */
export function applySamples(samples: Sample[]): void {
  for (const sample of samples)
    client.setQueriesData<Stats>(
      { queryKey: statsKey(sample.ns, sample.pod) },
      (stats) => stats && withSample(stats, sample),
    );
}

export type AttemptStats = RunStats["attempts"][number];

const runStatsKey = (run: RunName) => ["run-stats", run.project, run.domain, run.name];

/** What all attempts of a run used. `state` changes when an attempt begins or ends. */
export function useRunStats(run: RunName, state: string) {
  return useQuery({
    queryKey: [...runStatsKey(run), state],
    queryFn: ({ signal }) =>
      local<RunStats>(`/runs${path(run.project, run.domain, run.name)}/stats${queryString({ points: POINTS })}`, {
        signal,
      }),
    placeholderData: (before) => before,
  });
}

/** Puts samples into the curves of a run. */
export function applyRunSamples(run: RunName, samples: Sample[]): void {
  client.setQueriesData<RunStats>({ queryKey: runStatsKey(run) }, (all) => {
    if (!all) return all;
    const of = Map.groupBy(samples, ({ ns, pod }) => `${ns}/${pod}`);
    const grown = (row: AttemptStats) => (of.get(`${row.ns}/${row.pod}`) ?? []).reduce(withSample, row);
    return { ...all, attempts: all.attempts.map(grown) };
  });
}

/** Defaults and limits of tasks in a place, and who set them. */
export function useLimits(of: { project: string; domain: string; workflow?: string | undefined }) {
  return useQuery({
    queryKey: ["limits", of.project, of.domain, of.workflow ?? ""],
    queryFn: ({ signal }) => local<Limits>(`/limits${queryString({ ...of })}`, { signal }),
    refetchOnMount: "always",
  });
}

const LISTS = { task: "/tasks", workflow: "/workflows" };

/** The version of a task or workflow that was registered last; null when there is none. */
export function useNewestVersion(of: { kind: "task" | "workflow"; project: string; domain: string; name: string }) {
  return useQuery({
    queryKey: ["newest", of],
    queryFn: async ({ signal }) => {
      const query = queryString({ limit: 1, "sort_by.key": "created_at", "sort_by.direction": "DESCENDING" });
      const address = `${LISTS[of.kind]}${path(of.project, of.domain, of.name)}${query}`;
      type Listed = Record<string, { id?: { version?: string } }[] | undefined>;
      const listed = await rest<Listed>(address, { signal });
      return (listed["tasks"] ?? listed["workflows"])?.[0]?.id?.version ?? null;
    },
    refetchOnMount: "always",
  });
}
