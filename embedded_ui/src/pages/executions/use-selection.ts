import { useCallback, useMemo, useState } from "react";
import type { ExecutionRow } from "../../api/types";

export interface Selection {
  /** The selected rows that are still listed, in the order of the list. */
  rows: ExecutionRow[];
  isSelected: (row: ExecutionRow) => boolean;
  /** `range`: all rows from the last one that was chosen to this one. */
  toggle: (row: ExecutionRow, range: boolean) => void;
  clear: () => void;
}

/** The ids after a row was chosen; with `range` what lies between it and the last one becomes like it. */
export function toggled(
  ids: ReadonlySet<string>,
  order: readonly string[],
  id: string,
  last: string | null,
): ReadonlySet<string> {
  const next = new Set(ids);
  const on = !ids.has(id);
  const [from, to] = [order.indexOf(last ?? id), order.indexOf(id)].sort((a, b) => a - b);
  const range = last !== null && from !== undefined && from >= 0 ? order.slice(from, (to ?? from) + 1) : [id];
  for (const each of range) {
    if (on) next.add(each);
    else next.delete(each);
  }
  return next;
}

/** Which rows of a list are selected. */
export function useSelection(rows: readonly ExecutionRow[]): Selection {
  const [ids, setIds] = useState<ReadonlySet<string>>(new Set());
  const [last, setLast] = useState<string | null>(null);
  const selected = useMemo(() => rows.filter(({ id }) => ids.has(id)), [rows, ids]);
  return {
    rows: selected,
    isSelected: useCallback((row: ExecutionRow) => ids.has(row.id), [ids]),
    toggle: (row, range) => {
      const order = rows.map(({ id }) => id);
      setIds(toggled(ids, order, row.id, range ? last : null));
      setLast(row.id);
    },
    clear: useCallback(() => setIds(new Set()), []),
  };
}
