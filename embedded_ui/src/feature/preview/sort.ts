export type Row = (string | null)[];

const numberOf = (text: string): number => (text.trim() === "" ? Number.NaN : Number(text));

/** Two cells: by number where both are numbers, else by text; what has no value is last. */
export function compareCells(a: string | null, b: string | null): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1;
  if (/^-?\d+$/.test(a) && /^-?\d+$/.test(b)) return BigInt(a) < BigInt(b) ? -1 : BigInt(a) > BigInt(b) ? 1 : 0;
  const [left, right] = [numberOf(a), numberOf(b)];
  if (!Number.isNaN(left) && !Number.isNaN(right)) return left - right;
  return a.localeCompare(b);
}

export interface Order {
  column: number;
  down: boolean;
}

/** Rows in an order; as they came without one. */
export function sortRows(rows: Row[], order: Order | null): Row[] {
  if (!order) return rows;
  const sign = order.down ? -1 : 1;
  const { column } = order;
  return [...rows].sort((a, b) => {
    const [left = null, right = null] = [a[column], b[column]];
    const none = left === null || right === null;
    return none ? compareCells(left, right) : sign * compareCells(left, right);
  });
}

/** What a press on a head does: up, down, as it came. */
export const nextOrder = (order: Order | null, column: number): Order | null =>
  order?.column !== column ? { column, down: false } : order.down ? null : { column, down: true };
