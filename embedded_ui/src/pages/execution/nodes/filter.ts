import type { RunNode } from "../../../api/types";
import { hasEnded, isFailure } from "../../../ui/phases";

/** The groups that the buttons above the table choose. */
export const GROUPS = ["failed", "running", "succeeded", "notStarted"] as const;
export type Group = (typeof GROUPS)[number];

export function groupOf(node: Pick<RunNode, "phase">): Group {
  if (isFailure(node.phase) || node.phase === "ABORTED") return "failed";
  if (node.phase === "NOT_STARTED" || node.phase === "SKIPPED") return "notStarted";
  return hasEnded(node.phase) ? "succeeded" : "running";
}

/** The groups that a query names. */
export const groupsIn = (words: string | null): Group[] =>
  (words ?? "").split(";").filter((word): word is Group => GROUPS.includes(word as Group));

/** How many a node is of each phase: a map is its items. */
const phasesOf = ({ items, phase }: RunNode): [phase: string, n: number][] =>
  items?.total ? Object.entries(items.by_phase as Record<string, number>) : [[phase, 1]];

/** How many of these are in each group. */
export function tally(phases: Iterable<[phase: string, n: number]>): Record<Group, number> {
  const out = { failed: 0, running: 0, succeeded: 0, notStarted: 0 };
  for (const [phase, n] of phases) out[groupOf({ phase })] += n;
  return out;
}

/** The nodes that have none inside and do something. */
function leaves(nodes: readonly RunNode[]): RunNode[] {
  const parents = new Set(nodes.map(({ parent }) => parent));
  return nodes.filter(({ id, kind }) => !parents.has(id) && kind !== "start" && kind !== "end");
}

/** How many leaf nodes, and items of maps, are in each group. */
export function counts(nodes: readonly RunNode[]): Record<Group, number> {
  return tally(leaves(nodes).flatMap(phasesOf));
}

/** The ids of leaf nodes that failed, by their start. */
export const failures = (nodes: readonly RunNode[]): string[] =>
  leaves(nodes)
    .filter((node) => groupOf(node) === "failed")
    .sort((a, b) => (a.started_at ?? "").localeCompare(b.started_at ?? "") || a.order - b.order)
    .map(({ id }) => id);

/** The ids of nodes that fit, and of all around them. */
export function fitting(nodes: readonly RunNode[], groups: readonly Group[], search: string): Set<string> | null {
  if (groups.length === 0 && search === "") return null;
  const parents = new Set(nodes.map(({ parent }) => parent));
  const wanted = search.toLowerCase();
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const out = new Set<string>();
  for (const node of nodes) {
    const text = `${node.name} ${node.display} ${node.id} ${node.task?.name ?? ""}`.toLowerCase();
    if (wanted !== "" && !text.includes(wanted)) continue;
    const of = tally(parents.has(node.id) ? [] : phasesOf(node));
    if (groups.length > 0 && !groups.some((group) => of[group] > 0)) continue;
    for (let each: RunNode | undefined = node; each && !out.has(each.id); each = byId.get(each.parent ?? "")) {
      out.add(each.id);
      if (!each.parent) break;
    }
  }
  return out;
}
