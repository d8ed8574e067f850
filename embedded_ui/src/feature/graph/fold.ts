import type { Container } from "./containers";

export interface Opened {
  open: Set<string>;
  /** How many boxes a container may have. */
  limits: Map<string, number>;
}

const OF_A_GROUP = 60;
/** Of the top: all that there is room for, and less when groups were opened by hand that want some of it. */
const OF_THE_TOP = [140, 80, 60];

/** The boxes of what is open: each container with the one where its branch divides, and the dots at both ends. */
function size(containers: ReadonlyMap<string, Container>, open: ReadonlySet<string>, top: number): number {
  const visit = (id: string): number => {
    const container = containers.get(id);
    if (!container) return 0;
    const shown = container.units.slice(0, id === "" ? top : OF_A_GROUP);
    return shown.reduce((sum, unit) => sum + 1 + (open.has(unit.id) ? 1 + visit(unit.id) : 0), 0);
  };
  return 2 + visit("");
}

/** The largest group that has no open group inside; of `open`, which are in `of`. */
function largest(containers: ReadonlyMap<string, Container>, open: ReadonlySet<string>, of: (id: string) => boolean) {
  let found: Container | undefined;
  for (const id of open) {
    const container = containers.get(id);
    if (!container || !of(id) || container.nodes.some((node) => open.has(node.id))) continue;
    if (!found || container.units.length > found.units.length) found = container;
  }
  return found;
}

/**
 * Which groups are open: all of them, or as chosen by hand, while there is room for `most` boxes. The largest of those
 * that nobody opened are closed first.
 */
export function openGroups(
  containers: ReadonlyMap<string, Container>,
  chosen: ReadonlyMap<string, boolean>,
  most: number,
): Opened {
  const open = new Set([...containers.keys()].filter((id) => id !== "" && chosen.get(id) !== false));
  const close = (top: number, of: (id: string) => boolean): boolean => {
    while (size(containers, open, top) > most) {
      const group = largest(containers, open, of);
      if (!group) return false;
      open.delete(group.id);
    }
    return true;
  };
  const around = new Set<string>(); // What a group that was opened by hand lies in has to be open, too.
  for (const container of containers.values())
    for (const { id } of container.nodes)
      if (chosen.get(id) && container.id !== "" && open.has(container.id)) around.add(container.id);
  const byNobody = (id: string) => !chosen.get(id) && !around.has(id);
  const limits = new Map([...containers.keys()].map((id) => [id, OF_A_GROUP]));
  const [last = OF_A_GROUP] = OF_THE_TOP.slice(-1);
  const top = OF_THE_TOP.find((each) => close(each, byNobody)) ?? last;
  close(top, () => true);
  limits.set("", top);
  return { open, limits };
}
