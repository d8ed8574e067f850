import type { ReactNode } from "react";
import type { Run, RunNode } from "../../../api/types";
import type { BoxLook } from "../../../feature/graph/looks";
import type { GraphBox } from "../../../feature/graph/model";
import type { Text } from "../../../text";
import type { GraphText } from "../../../text/graph";
import { phaseLook } from "../../../ui/phases";
import { Duration } from "../../../ui/Time";
import { rowLength, rowPhase } from "../nodes/items";
import type { RowSubject } from "../nodes/tree";
import type { Progress } from "./from-run";

/** How many attempts, or what a node is when it is no plain task. */
function hint(text: Text, words: GraphText, node: RunNode, tries: number): string {
  if (tries > 1) return words.attempts(tries);
  return node.kind === "task" ? "" : (text.nodeKind[node.kind] ?? node.kind);
}

function countsOf(phases: Iterable<string>): Record<string, number> {
  const out: Record<string, number> = {};
  for (const phase of phases) out[phase] = (out[phase] ?? 0) + 1;
  return out;
}

const URGENT = ["bad", "time", "run", "wait", "start", "abort"];

/** The phase of a stack: the most urgent one of its nodes. */
export function worstPhase(phases: readonly string[]): string {
  const rank = (phase: string) => {
    const at = URGENT.indexOf(phaseLook(phase).group);
    return at < 0 ? URGENT.length : at;
  };
  return [...phases].sort((a, b) => rank(a) - rank(b))[0] ?? "NOT_STARTED";
}

const isDone = (phase: string): boolean => ["ok", "cached", "recovered"].includes(phaseLook(phase).group);

/** How the boxes of a run are shown. */
export function runLooks(data: Run, progress: Progress, text: Text, words: GraphText) {
  const nodes = new Map(data.nodes.map((node) => [node.id, node]));
  const attempts = Map.groupBy(
    data.attempts.filter(({ item }) => item === undefined),
    ({ node }) => node,
  );
  const rowOf = (node: RunNode): RowSubject => {
    const own = (attempts.get(node.id) ?? []).toSorted((a, b) => a.attempt - b.attempt);
    return { node, attempts: own, item: null, stack: null };
  };
  const stack = (box: GraphBox): BoxLook => {
    const inside = box.nodes.flatMap((id) => nodes.get(id) ?? []);
    const phases = inside.map((node) => rowPhase(rowOf(node)));
    const title = box.kind === "rest" ? words.restHint : (inside[0]?.task?.name ?? box.name);
    const detail = words.done(phases.filter(isDone).length, inside.length);
    return { phase: worstPhase(phases), title, detail, counts: countsOf(phases) };
  };
  const detailOf = (node: RunNode, row: RowSubject, phase: string): ReactNode => {
    const word = text.phase[phaseLook(phase).word];
    const { ms, since } = rowLength(row);
    if (ms === null && since === null) return word;
    const waits = ["wait", "start"].includes(phaseLook(phase).group);
    const more = waits ? word : hint(text, words, node, Math.max(node.attempts, row.attempts.length));
    return (
      <>
        <Duration ms={ms} since={since} />
        {more !== "" && ` · ${more}`}
      </>
    );
  };
  return (box: GraphBox): BoxLook => {
    if (box.kind === "stack" || box.kind === "rest") return stack(box);
    const node = nodes.get(box.nodes[0] ?? "");
    if (!node) return { title: box.name, detail: "" };
    const row = rowOf(node);
    const phase = rowPhase(row);
    const faint = progress.notTaken.has(node.id);
    const look = { phase, title: node.task?.name ?? node.workflow?.name ?? box.name, faint };
    const total = node.items?.total ?? 0;
    if (total > 0 && node.items) {
      const counts = node.items.by_phase as Record<string, number>;
      const done = Object.entries(counts).reduce((sum, [each, n]) => sum + (isDone(each) ? n : 0), 0);
      return { ...look, times: total, counts, detail: words.done(done, total) };
    }
    return { ...look, detail: faint ? text.execution.nodes.notTaken : detailOf(node, row, phase) };
  };
}
