import type { RunAttempt, RunNode } from "../../api/types";
import { parseTime } from "../../base/clock";
import { hasEnded } from "../../ui/phases";
import type { Span } from "./scale";

/** One piece of a bar. `kind` decides pattern and height, `phase` the colour. */
export interface Segment extends Span {
  kind: "wait" | "pull" | "start" | "run" | "whole" | "cached" | "recovered";
  phase: string;
  attempt: number | null;
  /** It goes on: its end is now. */
  open: boolean;
}

type Instants = Pick<
  RunAttempt,
  "created_at" | "admitted_at" | "pull_started_at" | "pull_ended_at" | "started_at" | "ended_at"
>;

/** The four lengths of an attempt in milliseconds; those whose instants are unknown are null. */
export function lengths(attempt: Instants, now: number): Record<"queued" | "pull" | "start" | "run", number | null> {
  const at = (text: string | undefined) => parseTime(text);
  const span = (from: number | null, to: number | null) =>
    from === null || to === null ? null : Math.max(0, to - from);
  const started = at(attempt.started_at);
  const pulled = at(attempt.pull_ended_at);
  const admitted = at(attempt.admitted_at);
  return {
    queued: span(at(attempt.created_at), admitted ?? started),
    pull: span(at(attempt.pull_started_at), pulled),
    start: span(pulled ?? admitted, started),
    run: span(started, at(attempt.ended_at) ?? (started === null ? null : now)),
  };
}

/** The pieces of one attempt: waiting, pulling its image, starting, running. */
export function attemptSegments(attempt: RunAttempt, now: number, phase: string): Segment[] {
  const created = parseTime(attempt.created_at);
  // Some tasks run no container and tell no instants: they ended as soon as they were made.
  const known = parseTime(attempt.ended_at);
  const ended = known ?? (hasEnded(phase) ? (parseTime(attempt.started_at) ?? created) : null);
  const end = ended ?? now;
  const admitted = parseTime(attempt.admitted_at);
  const pullFrom = parseTime(attempt.pull_started_at);
  const pullTo = parseTime(attempt.pull_ended_at) ?? (pullFrom === null ? null : end);
  const started = parseTime(attempt.started_at);
  const open = ended === null && !hasEnded(phase);
  const out: Segment[] = [];
  const add = (kind: Segment["kind"], from: number | null, to: number | null, last: boolean) => {
    if (from === null || to === null || to < from) return;
    out.push({ kind, from, to, phase, attempt: attempt.attempt, open: open && last });
  };
  const running = started !== null;
  add("wait", created, admitted ?? started ?? end, admitted === null && !running);
  if (pullFrom !== null) add("pull", pullFrom, pullTo, pullTo === null);
  if (admitted !== null || pullFrom !== null) add("start", pullTo ?? admitted, started ?? end, !running);
  add("run", started, end, true);
  return out;
}

/** What a bar shows of a node. */
export type BarOf = Pick<RunNode, "phase" | "cache"> & {
  kind?: string;
  created_at?: string | undefined;
  started_at?: string | undefined;
  ended_at?: string | undefined;
};

/** The pieces of a node's bar. */
export function nodeSegments(node: BarOf, attempts: readonly RunAttempt[], parent: boolean, now: number): Segment[] {
  const from = parseTime(node.started_at ?? node.created_at);
  const cached = node.cache?.status === "CACHE_HIT";
  if (from === null) return [];
  const to = parseTime(node.ended_at) ?? (hasEnded(node.phase) ? from : now);
  const open = !hasEnded(node.phase) && parseTime(node.ended_at) === null;
  if (cached || node.phase === "RECOVERED")
    return [{ kind: cached ? "cached" : "recovered", from, to, phase: node.phase, attempt: null, open }];
  if (parent || attempts.length === 0) {
    // All that a gate does is wait.
    const kind = parent ? "whole" : node.kind === "gate" ? "wait" : "run";
    return [{ kind, from, to: Math.max(from, to), phase: node.phase, attempt: null, open }];
  }
  const last = attempts.length - 1;
  return attempts.flatMap((attempt, index) =>
    attemptSegments(attempt, now, index === last ? phaseOf(attempt, node.phase) : phaseOf(attempt, attempt.phase)),
  );
}

/** The phase that an attempt is shown with: out of memory is one of its own. */
export function phaseOf(attempt: Pick<RunAttempt, "phase" | "oom">, phase: string = attempt.phase): string {
  return attempt.oom && (phase === "FAILED" || phase === "RETRYABLE_FAILED") ? "OOM" : phase;
}
