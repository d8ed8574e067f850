import type { Run, RunAttempt, RunItem, RunNode } from "../../../api/types";
import { unitsOf } from "../../../base/alike";
import { parseTime } from "../../../base/clock";
import type { RunName } from "../../../base/kinds";

/** Siblings that are alike, as one: it began with the first of them and ended with the last. */
export interface Stack {
  nodes: readonly RunNode[];
  /** How many there are of each phase. */
  counts: Record<string, number>;
  /** That of the worst of them, else of those that go on. */
  phase: string;
  created_at?: string | undefined;
  started_at?: string | undefined;
  /** Set when all have ended. */
  ended_at?: string | undefined;
}

/** What a row is of: a node, an item of an array, or a stack. */
export interface RowSubject {
  /** The first of a stack. */
  node: RunNode;
  /** Set for an item of an array. */
  item: RunItem | null;
  stack: Stack | null;
  attempts: RunAttempt[];
}

/** One row of the table of nodes. */
export interface NodeRow extends RowSubject {
  key: string;
  level: number;
  parent: string | null;
  run: RunName;
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
  /** Runs that launch-plan nodes of open rows started, by `PROJECT/DOMAIN/NAME`. */
  children: ReadonlyMap<string, Run>;
  /** Items of opened arrays, by the key of their node's row. */
  items: ReadonlyMap<string, RunItem[]>;
}

export const keyOf = (run: RunName, node: string, item?: number): string =>
  `${run.project}/${run.domain}/${run.name}|${node}${item === undefined ? "" : `#${item}`}`;

export const runText = ({ project, domain, name }: RunName): string => `${project}/${domain}/${name}`;

/** What the address of a run's page calls a node: its id, or the key of one of a run that it started. */
export const addressOf = (page: RunName, run: RunName, node: string): string =>
  runText(page) === runText(run) ? node : keyOf(run, node);

/** The run and the id of the node that the address of a run's page names. */
export function nodeAt(page: RunName, address: string): { run: RunName; id: string } {
  const [run, id] = address.split("|");
  const [project, domain, name] = run?.split("/") ?? [];
  return project && domain && name && id ? { run: { project, domain, name }, id } : { run: page, id: address };
}

/** How deep runs are unfolded that started each other. */
export const DEPTH_MAX = 8;

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

export const childOf = (node: RunNode): RunName | null =>
  node.child_execution
    ? { project: node.child_execution.project, domain: node.child_execution.domain, name: node.child_execution.id }
    : null;

type Place = Pick<NodeRow, "level" | "parent" | "run" | "position" | "siblings">;

/** What a node runs that may be one of many alike; empty: it is no task. */
export const likeOf = ({ kind, task }: RunNode): string =>
  kind === "task" && task ? `${task.name} ${task.version ?? ""}` : "";

/** Siblings one by one, and together those that are alike, as in the graph. */
function siblingUnits(list: readonly RunNode[], hasInside: (node: RunNode) => boolean): RunNode[][] {
  const shown = list.map((node) => ({
    id: node.id,
    kind: node.kind,
    like: node.items || hasInside(node) ? "" : likeOf(node),
    node,
  }));
  const links = list.flatMap(({ id, upstream = [] }) => upstream.map((from) => ({ from, to: id })));
  return unitsOf(shown, links).map((unit) => unit.map(({ node }) => node));
}

/** What a stack shows of the worst of its nodes; else of those that go on. */
const STACK_PHASES = ["FAILED", "TIMED_OUT", "ABORTED", "FAILING", "RUNNING", "QUEUED", "NOT_STARTED"];

export function stackOf(nodes: readonly RunNode[]): Stack {
  const counts: Record<string, number> = {};
  for (const { phase } of nodes) counts[phase] = (counts[phase] ?? 0) + 1;
  const sorted = (key: "created_at" | "started_at" | "ended_at") =>
    nodes.flatMap((node) => node[key] ?? []).sort((a, b) => (parseTime(a) ?? 0) - (parseTime(b) ?? 0));
  const ended = sorted("ended_at");
  return {
    nodes,
    counts,
    phase: STACK_PHASES.find((each) => counts[each]) ?? nodes[0]?.phase ?? "",
    created_at: sorted("created_at")[0],
    started_at: sorted("started_at")[0],
    ended_at: ended.length === nodes.length ? ended.at(-1) : undefined,
  };
}

/** All rows that are to be shown, in their order. */
export function rowsOf({ run, data, opened, children, items }: TreeInput): NodeRow[] {
  const rows: NodeRow[] = [];
  const walk = (of: RunName, nodes: Run, level: number, above: string | null, depth: number) => {
    const parents = byParent(nodes.nodes);
    const attempts = attemptsByNode(nodes.attempts);
    const visit = (list: readonly RunNode[], at: number, parent: string | null) => {
      const units = siblingUnits(list, (node) => parents.has(node.id));
      units.forEach((unit, index) => {
        const place = { level: at, parent, run: of, position: index + 1, siblings: units.length };
        const [first] = unit;
        if (first && unit.length > 1) visitStack(first, unit, place);
        else if (first) visitNode(first, place);
      });
    };
    const visitStack = (first: RunNode, nodes: RunNode[], place: Place) => {
      const key = keyOf(of, `stack:${first.id}`);
      const open = opened.has(key) || nodes.some(({ id }) => opened.has(keyOf(of, id)));
      const row = { key, node: first, item: null, attempts: [], children: nodes.length, open, notTaken: false };
      rows.push({ ...place, ...row, stack: stackOf(nodes) });
      if (!open) return;
      nodes.forEach((each, index) => {
        const inside = { level: place.level + 1, parent: key, position: index + 1, siblings: nodes.length };
        visitNode(each, { ...place, ...inside });
      });
    };
    const visitNode = (node: RunNode, place: Place) => {
      const at = place.level;
      const key = keyOf(of, node.id);
      const inside = parents.get(node.id) ?? [];
      const child = childOf(node);
      const total = node.items?.total ?? 0;
      const count = inside.length > 0 ? inside.length : total > 0 ? total : child ? 1 : 0;
      const open = opened.has(key) && count > 0;
      rows.push({
        ...place,
        key,
        node,
        item: null,
        stack: null,
        attempts: attempts.get(node.id) ?? [],
        children: count,
        open,
        notTaken: isNotTaken(node, parents, nodes.nodes),
      });
      if (!open) return;
      if (inside.length > 0) visit(inside, at + 1, key);
      else if (total > 0) addItems(rows, of, node, items.get(key) ?? [], at + 1, key);
      else if (child && depth < DEPTH_MAX) {
        const whole = children.get(runText(child));
        if (whole) walk(child, whole, at + 1, key, depth + 1);
      }
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
      stack: null,
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

/** What is open at first: the way to the first failure, else to what runs; and these, for the stacks they are in. */
export function firstOpened(run: RunName, data: Run): Set<string> {
  const parents = new Set(data.nodes.map(({ parent }) => parent));
  const leaf = (phases: Set<string>) => data.nodes.filter(({ id, phase }) => phases.has(phase) && !parents.has(id));
  const told = data.story.array ?? data.story.node;
  const failed = told ? data.nodes.filter(({ id }) => id === told) : leaf(FAILED);
  const targets = failed.length > 0 ? failed.slice(0, 1) : leaf(RUNNING).slice(0, 5);
  return new Set(targets.flatMap((node) => [...ancestors(data.nodes, node.id), node]).map(({ id }) => keyOf(run, id)));
}
