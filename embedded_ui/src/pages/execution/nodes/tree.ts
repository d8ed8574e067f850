import type { Run, RunAttempt, RunItem, RunNode } from "../../../api/types";
import { parseTime } from "../../../base/clock";
import type { RunName } from "../../../base/kinds";

/** One row of the table of nodes. */
export interface NodeRow {
  key: string;
  level: number;
  parent: string | null;
  run: RunName;
  node: RunNode;
  /** Set for an item of an array. */
  item: RunItem | null;
  attempts: RunAttempt[];
  children: number;
  open: boolean;
  /** Another case of its branch was taken. */
  notTaken: boolean;
  position: number;
  siblings: number;
}

export interface TreeInput {
  run: RunName;
  data: Run;
  opened: ReadonlySet<string>;
  /** Runs that opened launch-plan nodes started, by `PROJECT/DOMAIN/NAME`. */
  children: ReadonlyMap<string, Run>;
  /** Items of opened arrays, by the key of their node's row. */
  items: ReadonlyMap<string, RunItem[]>;
}

export const keyOf = (run: RunName, node: string, item?: number): string =>
  `${run.project}/${run.domain}/${run.name}|${node}${item === undefined ? "" : `#${item}`}`;

export const runText = ({ project, domain, name }: RunName): string => `${project}/${domain}/${name}`;

const HIDDEN = new Set(["start", "end"]);

/** Nodes by their parent, each list in the order of the graph, those that began before the others by time. */
export function byParent(nodes: readonly RunNode[]): Map<string, RunNode[]> {
  const out = new Map<string, RunNode[]>();
  for (const node of nodes) {
    if (HIDDEN.has(node.kind)) continue;
    const parent = node.parent ?? "";
    const list = out.get(parent);
    if (list) list.push(node);
    else out.set(parent, [node]);
  }
  const began = (node: RunNode) => parseTime(node.started_at ?? node.created_at) ?? Number.MAX_SAFE_INTEGER;
  for (const list of out.values())
    list.sort((a, b) => began(a) - began(b) || a.order - b.order || a.id.localeCompare(b.id));
  return out;
}

function attemptsByNode(attempts: readonly RunAttempt[]): Map<string, RunAttempt[]> {
  const out = Map.groupBy(
    attempts.filter(({ item }) => item === undefined),
    ({ node }) => node,
  );
  for (const list of out.values()) list.sort((a, b) => a.attempt - b.attempt);
  return out;
}

const childOf = (node: RunNode): RunName | null =>
  node.child_execution
    ? { project: node.child_execution.project, domain: node.child_execution.domain, name: node.child_execution.id }
    : null;

/** All rows that are to be shown, in their order. */
export function rowsOf({ run, data, opened, children, items }: TreeInput): NodeRow[] {
  const rows: NodeRow[] = [];
  const walk = (of: RunName, nodes: Run, level: number, above: string | null, depth: number) => {
    const parents = byParent(nodes.nodes);
    const attempts = attemptsByNode(nodes.attempts);
    const visit = (list: readonly RunNode[], at: number, parent: string | null) => {
      list.forEach((node, index) => {
        const key = keyOf(of, node.id);
        const inside = parents.get(node.id) ?? [];
        const child = childOf(node);
        const total = node.items?.total ?? 0;
        const count = inside.length > 0 ? inside.length : total > 0 ? total : child ? 1 : 0;
        const open = opened.has(key) && count > 0;
        rows.push({
          key,
          level: at,
          parent,
          run: of,
          node,
          item: null,
          attempts: attempts.get(node.id) ?? [],
          children: count,
          open,
          notTaken: isNotTaken(node, parents, nodes.nodes),
          position: index + 1,
          siblings: list.length,
        });
        if (!open) return;
        if (inside.length > 0) visit(inside, at + 1, key);
        else if (total > 0) addItems(rows, of, node, items.get(key) ?? [], at + 1, key);
        else if (child && depth < 8) {
          const whole = children.get(runText(child));
          if (whole) walk(child, whole, at + 1, key, depth + 1);
        }
      });
    };
    visit(parents.get("") ?? [], level, above);
  };
  walk(run, data, 1, null, 0);
  return rows;
}

function addItems(rows: NodeRow[], run: RunName, node: RunNode, items: RunItem[], level: number, parent: string): void {
  items.forEach((item, index) => {
    rows.push({
      key: keyOf(run, node.id, item.item),
      level,
      parent,
      run,
      node,
      item,
      attempts: [item],
      children: 0,
      open: false,
      notTaken: false,
      position: index + 1,
      siblings: items.length,
    });
  });
}

/** A case of a branch that was not the one that was taken. */
export function isNotTaken(node: RunNode, parents: Map<string, RunNode[]>, nodes: readonly RunNode[]): boolean {
  if (node.phase !== "NOT_STARTED" && node.phase !== "SKIPPED") return false;
  if (!node.parent) return false;
  const branch = nodes.find(({ id }) => id === node.parent);
  if (branch?.kind !== "branch") return false;
  const siblings = parents.get(branch.id) ?? [];
  return (
    branch.taken_case !== undefined || siblings.some(({ phase }) => phase !== "NOT_STARTED" && phase !== "SKIPPED")
  );
}

/** The nodes around `node`, outermost first. */
export function ancestors(nodes: readonly RunNode[], id: string): RunNode[] {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const out: RunNode[] = [];
  let current = byId.get(id);
  while (current?.parent && out.length < 50) {
    current = byId.get(current.parent);
    if (current) out.unshift(current);
  }
  return out;
}

const FAILED = new Set(["FAILED", "TIMED_OUT", "FAILING"]);
const RUNNING = new Set(["RUNNING", "QUEUED", "DYNAMIC_RUNNING", "RETRYABLE_FAILED"]);

/** What is open at first: the way to the first failure, else to what runs. */
export function firstOpened(run: RunName, data: Run): Set<string> {
  const leaf = (phases: Set<string>) =>
    data.nodes.filter((node) => phases.has(node.phase) && !data.nodes.some(({ parent }) => parent === node.id));
  const failed = data.story.node ? data.nodes.filter(({ id }) => id === data.story.node) : leaf(FAILED);
  const targets = failed.length > 0 ? failed.slice(0, 1) : leaf(RUNNING).slice(0, 5);
  return new Set(targets.flatMap(({ id }) => ancestors(data.nodes, id)).map(({ id }) => keyOf(run, id)));
}
