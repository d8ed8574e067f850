import type { GraphModel } from "./model";

export interface Placed {
  x: number;
  y: number;
  width: number;
  height: number;
}

export type Direction = "right" | "down";

const middle = ({ x, y, width, height }: Placed) => ({ x: x + width / 2, y: y + height / 2 });
const DOTS = new Set(["start", "end", "fork"]);

/** The boxes that can have the focus, in reading order. */
export const stops = ({ boxes }: GraphModel): string[] =>
  boxes.filter(({ kind }) => !DOTS.has(kind)).map(({ id }) => id);

/** Where lines lead from a box; dots on the way are passed. A group's content is reached through its first boxes. */
function along(model: GraphModel, id: string, forward: boolean): string[] {
  const out = new Set<string>();
  const seen = new Set<string>();
  const kinds = new Map(model.boxes.map((box) => [box.id, box]));
  const visit = (at: string) => {
    if (seen.has(at)) return;
    seen.add(at);
    for (const line of model.lines) {
      if ((forward ? line.from : line.to) !== at) continue;
      const next = kinds.get(forward ? line.to : line.from);
      if (!next) continue;
      if (DOTS.has(next.kind)) visit(next.id);
      else out.add(next.id);
    }
  };
  visit(id);
  const box = kinds.get(id);
  if (out.size > 0 || !box) return [...out];
  // Nothing in its own group: on to what the group leads to.
  return box.parent === "" ? [] : forward ? along(model, box.parent, forward) : [box.parent];
}

/** The boxes that one comes directly after. */
export const predecessors = (model: GraphModel, id: string): string[] => {
  const parent = model.boxes.find((box) => box.id === id)?.parent;
  return along(model, id, false).filter((each) => each !== parent);
};

const firstInside = (model: GraphModel, id: string): string[] => {
  const inside = model.boxes.filter(({ parent, kind }) => parent === id && !DOTS.has(kind));
  const reached = new Set(model.lines.filter(({ from }) => inside.some((box) => box.id === from)).map(({ to }) => to));
  return inside.filter((box) => !reached.has(box.id)).map((box) => box.id);
};

/**
 * The box that an arrow key leads to from `id`: along lines in the direction of the graph, to the neighbour across it;
 * null when there is none.
 */
export function step(
  model: GraphModel,
  places: ReadonlyMap<string, Placed>,
  id: string,
  key: string,
  direction: Direction,
): string | null {
  const flows = direction === "right" ? ["ArrowLeft", "ArrowRight"] : ["ArrowUp", "ArrowDown"];
  const at = places.get(id);
  if (!at) return null;
  const here = middle(at);
  const across = direction === "right" ? "y" : "x";
  const flow = direction === "right" ? "x" : "y";
  const nearest = (ids: string[], distance: (p: { x: number; y: number }) => number): string | null => {
    let best: string | null = null;
    let least = Number.POSITIVE_INFINITY;
    for (const each of ids) {
      const place = places.get(each);
      const length = place ? distance(middle(place)) : Number.POSITIVE_INFINITY;
      if (length < least) [best, least] = [each, length];
    }
    return best;
  };
  if (flows.includes(key)) {
    const forward = key === flows[1];
    const open = model.boxes.find((box) => box.id === id)?.open === true;
    const targets = forward && open ? firstInside(model, id) : along(model, id, forward);
    return nearest(targets, (p) => Math.abs(p[across] - here[across]));
  }
  const sign = { ArrowUp: -1, ArrowLeft: -1, ArrowDown: 1, ArrowRight: 1 }[key];
  if (sign === undefined) return null;
  const parent = model.boxes.find((box) => box.id === id)?.parent;
  const beside = model.boxes
    .filter((box) => box.parent === parent && !DOTS.has(box.kind) && box.id !== id)
    .map((box) => box.id)
    .filter((each) => {
      const place = places.get(each);
      return place !== undefined && (middle(place)[across] - here[across]) * sign > 1;
    });
  return nearest(beside, (p) => Math.abs(p[across] - here[across]) + 3 * Math.abs(p[flow] - here[flow]));
}
