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

/** How many leaf nodes are in each group. */
export function counts(nodes: readonly RunNode[]): Record<Group, number> {
  const parents = new Set(nodes.map(({ parent }) => parent));
  const out = { failed: 0, running: 0, succeeded: 0, notStarted: 0 };
  for (const node of nodes)
    if (!parents.has(node.id) && node.kind !== "start" && node.kind !== "end") out[groupOf(node)] += 1;
  return out;
}

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
    if (groups.length > 0 && (parents.has(node.id) || !groups.includes(groupOf(node)))) continue;
    for (let each: RunNode | undefined = node; each && !out.has(each.id); each = byId.get(each.parent ?? "")) {
      out.add(each.id);
      if (!each.parent) break;
    }
  }
  return out;
}
