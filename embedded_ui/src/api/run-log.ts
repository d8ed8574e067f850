import { queryString } from "../base/address";
import type { RunName } from "../base/kinds";
import { type LogSearch, searchQuery } from "./logs";
import { local, path } from "./rest";
import type { RunLog } from "./types";

export type RunLogLine = RunLog["lines"][number];

export interface RunLogWanted {
  /** `next` of an answer, or timeCursor; empty: from the beginning. */
  cursor: string;
  count: number;
  /** Ids of nodes; empty: all. */
  nodes: string[];
  stderrOnly: boolean;
  /** Only lines that it finds. */
  search?: LogSearch;
}

/** From the lines of that time on, milliseconds since 1970. */
export const timeCursor = (ms: number): string => `${Math.max(0, ms)}.0.0`;

/** Lines of all pods of a run, by time. */
export const runLog = (run: RunName, wanted: RunLogWanted, signal: AbortSignal): Promise<RunLog> =>
  local<RunLog>(
    `/runs${path(run.project, run.domain, run.name)}/log${queryString({
      cursor: wanted.cursor,
      count: wanted.count,
      nodes: wanted.nodes.join(","),
      ...(wanted.search && searchQuery(wanted.search)),
      stderr: wanted.stderrOnly ? 1 : undefined,
    })}`,
    { signal },
  );
