import { type Container, containersOf, nodesInside } from "./containers";
import { openGroups } from "./fold";

/** A node as the graph needs it, of an execution or of a registered workflow. */
export interface GraphNode {
  id: string;
  /** The node around it; empty at the top. */
  parent: string;
  /** Kind of the API: task, workflow, launch_plan, branch, gate, array, dynamic, start, end. */
  kind: string;
  name: string;
  /** Siblings that are alike may be stacked: what they run. Empty: never. */
  like: string;
  /** Nodes that it comes after; they may lie in other groups. */
  upstream: readonly string[];
  /** Topological. */
  order: number;
  /** What its branch wants for it, in words. */
  condition?: string | undefined;
  /** Nothing leads from it to the end: it cleans up after a failure. */
  aside?: boolean | undefined;
}

export interface GraphBox {
  id: string;
  /** `rest` stands for nodes that there is no room for, `fork` is where a branch divides. */
  kind: "node" | "group" | "stack" | "rest" | "fork" | "start" | "end";
  /** The open group around it; empty at the top. */
  parent: string;
  name: string;
  /** The nodes that it stands for. */
  nodes: readonly string[];
  /** Of a group: whether its content is drawn. */
  open: boolean;
  /** Of a group: how many nodes it has inside, at any depth. */
  inside: number;
}

export interface GraphLine {
  id: string;
  from: string;
  to: string;
  condition: string;
}

export interface GraphModel {
  /** In reading order: topological, what is in a group behind it. At most BOXES_MAX. */
  boxes: GraphBox[];
  lines: GraphLine[];
}

export const BOXES_MAX = 150;
export const START = "start";
export const END = "end";
export const forkOf = (branch: string): string => `fork:${branch}`;

interface Draft {
  boxes: GraphBox[];
  lines: Map<string, GraphLine>;
}

function addLine(draft: Draft, from: string, to: string, condition = ""): void {
  if (from === to) return;
  const id = `${from}>${to}`;
  const known = draft.lines.get(id);
  if (!known) draft.lines.set(id, { id, from, to, condition });
  else if (condition !== "" && !known.condition.split(", ").includes(condition))
    known.condition = known.condition === "" ? condition : `${known.condition}, ${condition}`;
}

const box = (id: string, kind: GraphBox["kind"], parent: string, nodes: readonly string[], name = ""): GraphBox => ({
  id,
  kind,
  parent,
  name,
  nodes,
  open: false,
  inside: 0,
});

/** The lines of one container, between the boxes that its nodes have become. */
function drawLines(draft: Draft, container: Container, isBranch: boolean): void {
  const boxOf = (node: string) => container.boxOf.get(node) ?? node;
  const into = new Set<string>();
  const outOf = new Set<string>();
  for (const { from, to } of container.links) {
    const [a, b] = [boxOf(from), boxOf(to)];
    if (a === b) continue;
    addLine(draft, a, b);
    into.add(b);
    outOf.add(a);
  }
  for (const node of container.nodes) {
    const at = boxOf(node.id);
    if (isBranch) {
      if (!into.has(at)) addLine(draft, forkOf(container.id), at, node.condition);
      continue;
    }
    if (container.id !== "") continue;
    if (!into.has(at)) addLine(draft, START, at, node.condition);
    if (!outOf.has(at) && !node.aside) addLine(draft, at, END);
  }
}

/** The boxes and lines of a graph. `chosen`: groups that were opened (true) or closed by hand. */
export function buildModel(nodes: readonly GraphNode[], chosen: ReadonlyMap<string, boolean> = new Map()): GraphModel {
  const containers = containersOf(nodes);
  const { open, limits } = openGroups(containers, chosen, BOXES_MAX);
  const draft: Draft = { boxes: [], lines: new Map() };
  const kinds = new Map(nodes.map(({ id, kind }) => [id, kind]));

  const draw = (id: string) => {
    const container = containers.get(id);
    if (!container) return;
    const isBranch = kinds.get(id) === "branch";
    container.limit(limits.get(id) ?? BOXES_MAX);
    if (isBranch) draft.boxes.push(box(forkOf(id), "fork", id, [id]));
    for (const unit of container.units) {
      const [first] = unit.nodes;
      if (!first) continue;
      const kind = unit.kind === "node" && containers.has(unit.id) ? "group" : unit.kind;
      const isOpen = kind === "group" && open.has(unit.id);
      const ids = unit.nodes.map((node) => node.id);
      draft.boxes.push({
        ...box(unit.id, kind, id, ids, first.name),
        open: isOpen,
        inside: kind === "group" ? nodesInside(containers, unit.id) : 0,
      });
      if (isOpen) draw(unit.id);
    }
    drawLines(draft, container, isBranch);
  };
  draft.boxes.push(box(START, "start", "", []));
  draw("");
  draft.boxes.push(box(END, "end", "", []));
  return { boxes: draft.boxes, lines: [...draft.lines.values()] };
}
