import { ArrowDown, ArrowUp } from "lucide-react";
import { useMemo, useState } from "react";
import { useStoredText as useText } from "../../text/stored";
import { Nothing } from "../../ui/Amount";
import styles from "./Preview.module.css";
import type { Table } from "./shown";
import { nextOrder, type Order, sortRows } from "./sort";

const NUMBERS = /^(u?int|double|float|decimal)/;
/** Longer cells are cut; the whole is in the tooltip. */
const CELL = 200;

const short = (cell: string): string => (cell.length > CELL ? `${cell.slice(0, CELL)}…` : cell);

/** The first rows of a table; a press on a head sorts what is shown. */
export function TableView({ table }: { table: Table }) {
  const text = useText().stored.preview;
  const [order, setOrder] = useState<Order | null>(null);
  const rows = useMemo(() => sortRows(table.rows, order), [table, order]);
  const { columns, total } = table;
  // Two columns may have one name.
  const cells = columns.map(({ name, type }, at) => ({
    name,
    type,
    at,
    id: `${at} ${name}`,
    numeric: NUMBERS.test(type),
  }));
  return (
    <>
      <p className={styles.note}>
        {text.table(text.rows(total), columns.length, table.packed)}
        {(total === null || total > table.rows.length) && ` · ${text.first(table.rows.length)}`}
      </p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keys */}
      <div className={styles.scroll} tabIndex={0}>
        <table className={styles.table}>
          <thead>
            <tr>
              {cells.map(({ name, type, at: index, id, numeric }) => {
                const sorted = order?.column === index ? (order.down ? "descending" : "ascending") : "none";
                return (
                  <th key={id} scope="col" aria-sort={sorted} data-numeric={numeric ? "" : undefined}>
                    <button type="button" onClick={() => setOrder(nextOrder(order, index))} title={text.sort(name)}>
                      {short(name)}
                      <span className={styles.type}>{type}</span>
                      {sorted === "ascending" && <ArrowUp size={12} aria-hidden />}
                      {sorted === "descending" && <ArrowDown size={12} aria-hidden />}
                    </button>
                  </th>
                );
              })}
            </tr>
          </thead>
          <tbody>
            {rows.map((row, at) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: rows have no names of their own
              <tr key={at}>
                {cells.map(({ id, at: index, numeric }) => {
                  const cell = row[index] ?? null;
                  return (
                    <td
                      key={id}
                      data-numeric={numeric ? "" : undefined}
                      title={cell !== null && cell.length > 40 ? cell.slice(0, 2000) : undefined}
                    >
                      {cell === null ? <Nothing /> : short(cell)}
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}
