import type { Run, RunAttempt, RunItem, RunNode } from "../../../api/types";
import { unitsOf } from "../../../base/alike";
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
  /** The nodes that it stands for: siblings that are alike. `node` is made of all of them. */
  stack: RunNode[] | null;
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

/** One node in place of many: its counts are theirs, it began with the first and ended with the last. */
export function stackNode(stack: readonly RunNode[]): RunNode {
  const [first] = stack;
  if (!first) throw new Error("a stack has nodes");
  const by_phase: Record<string, number> = {};
  for (const { phase } of stack) by_phase[phase] = (by_phase[phase] ?? 0) + 1;
  const sorted = (key: "created_at" | "started_at" | "ended_at") =>
    stack.flatMap((node) => node[key] ?? []).sort((a, b) => (parseTime(a) ?? 0) - (parseTime(b) ?? 0));
  const [created, started, ended] = [sorted("created_at")[0], sorted("started_at")[0], sorted("ended_at")];
  const phase = STACK_PHASES.find((each) => by_phase[each]) ?? first.phase;
  const last = ended.length === stack.length ? ended.at(-1) : undefined;
  const { wait: _, cache: __, started_at: ___, ended_at: ____, error: _____, ...rest } = first;
  return {
    ...rest,
    id: `stack:${first.id}`,
    phase,
    attempts: 0,
    items: { total: stack.length, by_phase },
    ...(created === undefined ? {} : { created_at: created }),
    ...(started === undefined ? {} : { started_at: started }),
    ...(last === undefined ? {} : { ended_at: last }),
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
        if (unit.length > 1) visitStack(unit, place);
        else if (unit[0]) visitNode(unit[0], place);
      });
    };
    const visitStack = (stack: RunNode[], place: Place) => {
      const node = stackNode(stack);
      const key = keyOf(of, node.id);
      const open = opened.has(key) || stack.some(({ id }) => opened.has(keyOf(of, id)));
      const row = { key, node, stack, item: null, attempts: [], children: stack.length, open, notTaken: false };
      rows.push({ ...place, ...row });
      if (!open) return;
      stack.forEach((each, index) => {
        const inside = { level: place.level + 1, parent: key, position: index + 1, siblings: stack.length };
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
      else if (child && depth < 8) {
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
  const leaf = (phases: Set<string>) =>
    data.nodes.filter((node) => phases.has(node.phase) && !data.nodes.some(({ parent }) => parent === node.id));
  const failed = data.story.node ? data.nodes.filter(({ id }) => id === data.story.node) : leaf(FAILED);
  const targets = failed.length > 0 ? failed.slice(0, 1) : leaf(RUNNING).slice(0, 5);
  return new Set(targets.flatMap((node) => [...ancestors(data.nodes, node.id), node]).map(({ id }) => keyOf(run, id)));
}
