import type { Run, RunAttempt, RunNode } from "../../api/types";
import { newestNodes } from "../execution/graph/from-run";
import { rowLength, rowPhase } from "../execution/nodes/items";

/** What is compared of a node. Milliseconds and bytes; null: not known. */
export interface NodeFacts {
  id: string;
  phase: string;
  attempts: number;
  duration: number | null;
  peak: number | null;
  limit: number | null;
}

export interface NodePair {
  key: string;
  name: string;
  level: number;
  from: NodeFacts | null;
  to: NodeFacts | null;
  differs: boolean;
}

const SLACK = 0.2;
const LEAST_TIME = 1000;
const LEAST_MEMORY = 16 * 1024 * 1024;
const HIDDEN = new Set(["start", "end"]);

/** Where a node stands in its workflow: the same in each run of it. */
function keyOf(node: RunNode, byId: ReadonlyMap<string, RunNode>): string[] {
  const path: string[] = [];
  for (let at: RunNode | undefined = node; at && path.length < 50; at = byId.get(at.parent ?? ""))
    path.unshift(at.spec_id || at.id);
  return path;
}

const most = (values: (number | null | undefined)[]): number | null => {
  const known = values.filter((value) => value !== null && value !== undefined);
  return known.length === 0 ? null : Math.max(...known);
};

function factsOf(node: RunNode, attempts: RunAttempt[]): NodeFacts {
  const own = attempts.filter(({ item }) => item === undefined).toSorted((a, b) => a.attempt - b.attempt);
  const row = { node, attempts: own, item: null, stack: null };
  return {
    id: node.id,
    phase: rowPhase(row),
    attempts: Math.max(node.attempts, own.length),
    duration: rowLength(row).ms,
    peak: most(attempts.map(({ peak_memory_bytes }) => peak_memory_bytes)),
    limit: most(attempts.map(({ limit }) => limit?.memory_bytes)),
  };
}

const apart = (a: number | null, b: number | null, least: number): boolean => {
  if (a === null || b === null) return false;
  return Math.abs(a - b) >= Math.max(least, SLACK * Math.max(a, b));
};

/** Whether two nodes differ in more than what differs from run to run anyway. */
export function nodesDiffer(a: NodeFacts | null, b: NodeFacts | null): boolean {
  if (!a || !b) return true;
  return (
    a.phase !== b.phase ||
    a.attempts !== b.attempts ||
    a.limit !== b.limit ||
    apart(a.duration, b.duration, LEAST_TIME) ||
    apart(a.peak, b.peak, LEAST_MEMORY)
  );
}

interface Side {
  nodes: Map<string, { node: RunNode; path: string[]; facts: NodeFacts }>;
}

function sideOf(run: Run): Side["nodes"] {
  const shown = newestNodes(run.nodes).filter(({ kind }) => !HIDDEN.has(kind));
  const byId = new Map(run.nodes.map((node) => [node.id, node]));
  const attempts = Map.groupBy(run.attempts, ({ node }) => node);
  return new Map(
    shown.map((node) => {
      const path = keyOf(node, byId);
      return [path.join("/"), { node, path, facts: factsOf(node, attempts.get(node.id) ?? []) }];
    }),
  );
}

/** The nodes of two runs, each with its like, in the order of the graph, what is inside of a node behind it. */
export function pairNodes(a: Run, b: Run): NodePair[] {
  const [left, right] = [sideOf(a), sideOf(b)];
  const known = new Map([...left, ...right]);
  const inside = Map.groupBy(known.values(), ({ path }) => path.slice(0, -1).join("/"));
  const out: NodePair[] = [];
  const visit = (parent: string) => {
    const children = (inside.get(parent) ?? []).toSorted((x, y) => x.node.order - y.node.order);
    for (const { node, path } of children) {
      const key = path.join("/");
      const [from, to] = [left.get(key)?.facts ?? null, right.get(key)?.facts ?? null];
      const name = node.display || node.name || node.id;
      out.push({ key, name, level: path.length, from, to, differs: nodesDiffer(from, to) });
      visit(key);
    }
  };
  visit("");
  return out;
}
