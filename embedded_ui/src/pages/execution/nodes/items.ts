import { parseTime } from "../../../base/clock";
import { attemptSegments, phaseOf, type Segment } from "../../../feature/timeline/segments";
import { hasEnded } from "../../../ui/phases";
import type { NodeRow } from "./tree";

/** The bar of an item of an array: of its newest attempt. */
export function itemSegments(row: NodeRow, now: number): Segment[] {
  const { item } = row;
  return item ? attemptSegments(item, now, phaseOf(item)) : [];
}

/** The phase that a row is shown with. */
export function rowPhase(row: NodeRow): string {
  if (row.item) return phaseOf(row.item);
  const { node, attempts } = row;
  if (node.cache?.status === "CACHE_HIT") return "CACHED";
  const last = attempts.at(-1);
  if (last?.oom && node.phase === "FAILED") return "OOM";
  if (hasEnded(node.phase) || node.phase === "NOT_STARTED" || !node.wait) return node.phase;
  const { code } = node.wait;
  if (code === "GATE") return "PAUSED";
  if (code === "STARTING" || code === "IMAGE_PULL") return "INITIALIZING";
  return "WAITING";
}

/** How long a row ran, or since when it runs. */
export function rowLength(row: NodeRow): { ms: number | null; since: string | null } {
  const started = row.item ? row.item.started_at : (row.node.started_at ?? row.node.created_at);
  const ended = row.item ? row.item.ended_at : row.node.ended_at;
  const from = parseTime(started);
  const to = parseTime(ended);
  if (from === null) return { ms: null, since: null };
  if (to !== null) return { ms: Math.max(0, to - from), since: null };
  return hasEnded(row.item?.phase ?? row.node.phase) ? { ms: null, since: null } : { ms: null, since: started ?? null };
}
