import { Graph, layout } from "@dagrejs/dagre";
import type { GraphModel } from "./model";
import type { Direction, Placed } from "./walk";

export interface Point {
  x: number;
  y: number;
}

export interface Layout {
  places: Map<string, Placed>;
  /** The points of each line, from the edge of one box to the edge of the other. */
  lines: Map<string, Point[]>;
  /** Where the condition of a line stands. */
  conditions: Map<string, Point>;
  width: number;
  height: number;
}

/** Pixels. */
export const BOX = { width: 184, height: 44 };
export const HEAD = 28;
const DOT = 12;
const GROUP_LEAST = 248;
const PADDING = 16;
const LETTER = 6.6;
const CONDITION_MOST = 180;

export const conditionWidth = (condition: string): number =>
  condition === "" ? 0 : Math.min(CONDITION_MOST, Math.ceil(condition.length * LETTER) + 12);

interface Part {
  width: number;
  height: number;
  places: [string, Placed][];
  lines: [string, Point[]][];
  conditions: [string, Point][];
}

const moved = (points: Point[], x: number, y: number): Point[] => points.map((p) => ({ x: p.x + x, y: p.y + y }));

/** The ends of a line lie at the middle of the sides that face each other. */
function withEnds(points: Point[], from: Placed, to: Placed, direction: Direction): Point[] {
  const inner = points.slice(1, -1);
  const right = direction === "right";
  const start = right
    ? { x: from.x + from.width, y: from.y + from.height / 2 }
    : { x: from.x + from.width / 2, y: from.y + from.height };
  const end = right ? { x: to.x, y: to.y + to.height / 2 } : { x: to.x + to.width / 2, y: to.y };
  return [start, ...inner, end];
}

/** Lays out what is in one group, its open groups first. Positions are from the group's own corner. */
function layoutPart(model: GraphModel, id: string, direction: Direction): Part {
  const boxes = model.boxes.filter(({ parent }) => parent === id);
  const inner = new Map<string, Part>();
  const graph = new Graph();
  graph.setGraph({
    rankdir: direction === "right" ? "LR" : "TB",
    ranker: "tight-tree",
    nodesep: direction === "right" ? 16 : 20,
    ranksep: direction === "right" ? 36 : 24,
    edgesep: 8,
  });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const { id: box, kind, open } of boxes) {
    let size = ["start", "end", "fork"].includes(kind) ? { width: DOT, height: DOT } : BOX;
    if (open) {
      const part = layoutPart(model, box, direction);
      inner.set(box, part);
      size = { width: Math.max(GROUP_LEAST, part.width + 2 * PADDING), height: part.height + 2 * PADDING + HEAD };
    }
    graph.setNode(box, { ...size });
  }
  const own = new Set(boxes.map((box) => box.id));
  const lines = model.lines.filter(({ from, to }) => own.has(from) && own.has(to));
  for (const { from, to, condition } of lines)
    graph.setEdge(from, to, {
      width: direction === "right" ? conditionWidth(condition) + 16 : conditionWidth(condition),
      height: condition === "" ? 0 : 20,
      labelpos: "c",
    });
  layout(graph);

  const part: Part = { width: 0, height: 0, places: [], lines: [], conditions: [] };
  const places = new Map<string, Placed>();
  for (const box of own) {
    const { x = 0, y = 0, width = 0, height = 0 } = graph.node(box) as Partial<Placed>;
    places.set(box, { x: x - width / 2, y: y - height / 2, width, height });
  }
  for (const [box, place] of places) {
    part.places.push([box, place]);
    part.width = Math.max(part.width, place.x + place.width);
    part.height = Math.max(part.height, place.y + place.height);
    const content = inner.get(box);
    if (!content) continue;
    const x = place.x + (place.width - content.width) / 2;
    const y = place.y + HEAD + PADDING;
    for (const [each, at] of content.places) part.places.push([each, { ...at, x: at.x + x, y: at.y + y }]);
    for (const [each, points] of content.lines) part.lines.push([each, moved(points, x, y)]);
    for (const [each, at] of content.conditions) part.conditions.push([each, { x: at.x + x, y: at.y + y }]);
  }
  for (const { id: line, from, to, condition } of lines) {
    const edge = graph.edge(from, to) as { points?: Point[]; x?: number; y?: number };
    const [a, b] = [places.get(from), places.get(to)];
    if (!a || !b) continue;
    part.lines.push([line, withEnds(edge.points ?? [], a, b, direction)]);
    if (condition !== "" && edge.x !== undefined && edge.y !== undefined)
      part.conditions.push([line, { x: edge.x, y: edge.y }]);
  }
  return part;
}

/** Where everything stands. For a worker: it takes up to a second for large graphs. */
export function layoutGraph(model: GraphModel, direction: Direction): Layout {
  const part = layoutPart(model, "", direction);
  return {
    places: new Map(part.places),
    lines: new Map(part.lines),
    conditions: new Map(part.conditions),
    width: part.width,
    height: part.height,
  };
}
