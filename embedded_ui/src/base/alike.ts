/** From so many on, siblings that are alike are shown as one. */
export const STACK_MIN = 12;

export interface Likeness {
  id: string;
  kind: string;
  /** What it runs; empty: like no other. */
  like: string;
  condition?: string | undefined;
}

/**
 * Siblings one by one, and together those that are alike, in the place of the first of them: many that run the same,
 * behind and before the same nodes.
 */
export function unitsOf<T extends Likeness>(
  siblings: readonly T[],
  links: readonly { from: string; to: string }[],
): T[][] {
  const before = Map.groupBy(links, ({ to }) => to);
  const after = Map.groupBy(links, ({ from }) => from);
  const sign = ({ id, kind, like, condition = "" }: T): string => {
    if (like === "") return id;
    const sources = new Set(before.get(id)?.map(({ from }) => from));
    const targets = new Set(after.get(id)?.map(({ to }) => to));
    return JSON.stringify([kind, like, condition, [...sources].sort(), [...targets].sort()]);
  };
  const units: T[][] = [];
  for (const alike of Map.groupBy(siblings, sign).values()) {
    if (alike.length >= STACK_MIN) units.push(alike);
    else units.push(...alike.map((node) => [node]));
  }
  const place = new Map(siblings.map(({ id }, index) => [id, index]));
  const first = ([node]: T[]) => place.get(node?.id ?? "") ?? 0;
  return units.sort((a, b) => first(a) - first(b));
}
