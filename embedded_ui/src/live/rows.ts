/** A row with a revision that grows with it, across restarts of the server, too. */
export interface Revised {
  rev?: number;
}

const newer = (row: Revised, than: Revised): boolean => (row.rev ?? 0) >= (than.rev ?? 0);

/**
 * The list with `row` in the place of the row of the same key, when it is the newer one. A row that is not in the list
 * is put where `place` says: at its end, its beginning, or nowhere.
 */
export function withRow<T extends Revised>(
  list: readonly T[],
  row: T,
  key: (row: T) => string,
  place: "end" | "start" | "nowhere" = "end",
): T[] {
  const wanted = key(row);
  const at = list.findIndex((each) => key(each) === wanted);
  if (at < 0) return place === "end" ? [...list, row] : place === "start" ? [row, ...list] : [...list];
  const there = list[at];
  if (there && !newer(row, there)) return [...list];
  const next = [...list];
  next[at] = row;
  return next;
}
