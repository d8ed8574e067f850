import type { RunNode } from "../../../api/types";
import { parseTime } from "../../../base/clock";
import { attemptSegments, phaseOf, type Segment } from "../../../feature/timeline/segments";
import { hasEnded } from "../../../ui/phases";
import type { RowSubject } from "./tree";

/** The bar of an item of an array: of its newest attempt. */
export function itemSegments({ item }: RowSubject, now: number): Segment[] {
  return item ? attemptSegments(item, now, phaseOf(item)) : [];
}

/** What a row waits for. Of an attempt that runs it is the attempt that tells: its node's row may be older. */
export function waitOf({ item, node, attempts }: Pick<RowSubject, "item" | "node" | "attempts">): RunNode["wait"] {
  const last = item ?? attempts.at(-1);
  return item || last?.phase === "RUNNING" ? last?.wait : node.wait;
}

/** The phase that a row is shown with. */
export function rowPhase(row: RowSubject): string {
  if (row.item) return row.item.cache === "CACHE_HIT" ? "CACHED" : phaseOf(row.item);
  if (row.stack) return row.stack.phase;
  const { node, attempts } = row;
  if (node.cache?.status === "CACHE_HIT") return "CACHED";
  const last = attempts.at(-1);
  if (last?.oom && node.phase === "FAILED") return "OOM";
  const wait = waitOf(row);
  if (hasEnded(node.phase) || node.phase === "NOT_STARTED" || !wait) return node.phase;
  const { code } = wait;
  if (code === "GATE") return "PAUSED";
  if (code === "STARTING" || code === "IMAGE_PULL") return "INITIALIZING";
  return "WAITING";
}

/** How long a row ran, or since when it runs. */
export function rowLength({ item, stack, node }: RowSubject): { ms: number | null; since: string | null } {
  const of = stack ?? node;
  const started = item ? item.started_at : (of.started_at ?? of.created_at);
  const ended = item ? item.ended_at : of.ended_at;
  const from = parseTime(started);
  const to = parseTime(ended);
  if (from === null) return { ms: null, since: null };
  if (to !== null) return { ms: Math.max(0, to - from), since: null };
  return hasEnded((item ?? of).phase) ? { ms: null, since: null } : { ms: null, since: started ?? null };
}
