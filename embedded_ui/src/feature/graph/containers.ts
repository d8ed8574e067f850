import { unitsOf } from "../../base/alike";
import type { GraphNode } from "./model";

/** What is drawn as one box. */
export interface Unit {
  id: string;
  kind: "node" | "stack" | "rest";
  nodes: GraphNode[];
}

/** What lies side by side in a group, or at the top (id ""). */
export class Container {
  readonly id: string;
  /** In topological order. */
  readonly nodes: GraphNode[];
  /** Between nodes of this container; what led out of it is at a container further up. */
  readonly links: { from: string; to: string }[] = [];
  units: Unit[] = [];
  /** The box of each node. */
  boxOf = new Map<string, string>();

  constructor(id: string, nodes: GraphNode[]) {
    this.id = id;
    this.nodes = nodes;
  }

  /** Makes stacks of what is alike: the same task, the same neighbours. `isLeaf`: it has nothing inside. */
  stack(isLeaf: (node: GraphNode) => boolean): void {
    const alike = this.nodes.map((node) => ({ ...node, like: isLeaf(node) ? node.like : "", node }));
    this.units = unitsOf(alike, this.links).map((unit): Unit => {
      const nodes = unit.map(({ node }) => node);
      const id = nodes[0]?.id ?? "";
      return nodes.length > 1 ? { id: `stack:${id}`, kind: "stack", nodes } : { id, kind: "node", nodes };
    });
    this.#settle();
  }

  /** Puts what is beyond `most` boxes into one box. */
  limit(most: number): void {
    if (this.units.length <= most) return;
    const kept = this.units.slice(0, most - 1);
    const rest = this.units.slice(most - 1).flatMap(({ nodes }) => nodes);
    this.units = [...kept, { id: `rest:${this.id}`, kind: "rest", nodes: rest }];
    this.#settle();
  }

  #settle(): void {
    this.units.sort((a, b) => (a.nodes[0]?.order ?? 0) - (b.nodes[0]?.order ?? 0));
    this.boxOf = new Map(this.units.flatMap(({ id, nodes }) => nodes.map((node) => [node.id, id])));
  }
}

const DOTS = new Set(["start", "end"]);

/** The containers of a graph by the node that they are the inside of, with their links and stacks. */
export function containersOf(nodes: readonly GraphNode[]): Map<string, Container> {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const shown = nodes.filter(({ kind }) => !DOTS.has(kind)).sort((a, b) => a.order - b.order);
  const known = (parent: string) => (byId.has(parent) ? parent : "");
  const containers = new Map<string, Container>();
  const groups = Map.groupBy(shown, ({ parent }) => known(parent));
  for (const [id, inside] of groups) containers.set(id, new Container(id, inside));
  if (!containers.has("")) containers.set("", new Container("", []));

  /** The nodes from `id` outwards, with the containers that they lie in. */
  const outwards = (id: string): [container: string, node: string][] => {
    const out: [string, string][] = [];
    for (let at = byId.get(id); at && out.length < 100; at = byId.get(at.parent)) out.push([known(at.parent), at.id]);
    return out;
  };
  for (const node of shown) {
    const path = outwards(node.id);
    for (const up of node.upstream) {
      const source = byId.get(up);
      if (!source || DOTS.has(source.kind)) continue;
      const from = new Map(outwards(up));
      const common = path.find(([container]) => from.has(container));
      const start = common && from.get(common[0]);
      if (common && start && start !== common[1]) containers.get(common[0])?.links.push({ from: start, to: common[1] });
    }
  }
  for (const container of containers.values()) container.stack(({ id }) => !containers.has(id));
  return containers;
}

/** How many nodes a group has inside, at any depth. */
export function nodesInside(containers: ReadonlyMap<string, Container>, id: string): number {
  const nodes = containers.get(id)?.nodes ?? [];
  return nodes.reduce((sum, node) => sum + 1 + nodesInside(containers, node.id), 0);
}
