import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, type ReactNode, useEffect, useLayoutEffect, useRef, useState } from "react";
import { preferences } from "../base/preferences";
import styles from "./List.module.css";
import { useNarrow } from "./width";

export interface Column<T> {
  id: string;
  head: ReactNode;
  /** A track of a CSS grid: "116px", "minmax(160px, 2fr)". */
  width: string;
  cell: (row: T) => ReactNode;
  numeric?: boolean;
  /** Shown from this width of the window on. */
  from?: 1280 | 1600;
}

export interface ListProps<T> {
  label: string;
  rows: readonly T[];
  columns: Column<T>[];
  keyOf: (row: T) => string;
  /** The row on narrow windows: two lines. */
  narrow?: (row: T) => ReactNode;
  /** Called when the end of the rows comes into view. */
  onEnd?: (() => void) | undefined;
  /** Stale rows are greyed while others are on their way. */
  stale?: boolean;
  isSelected?: (row: T) => boolean;
  /** Space on the link of a row. */
  onSpace?: ((row: T) => void) | undefined;
}

const heightOf = (narrow: boolean): number => (narrow ? 57 : preferences().density === "compact" ? 27 : 33);

/** Moves the focus to the first link of the row at `index`. */
function focusRow(list: HTMLElement | null, index: number): void {
  list?.querySelector<HTMLElement>(`[data-index="${index}"] a, [data-index="${index}"] button`)?.focus();
}

/** A list of rows with columns: only the rows in view are in the document, and the keys walk from row to row. */
export function List<T>(props: ListProps<T>) {
  const { label, rows, columns, keyOf, narrow, onEnd, stale = false, isSelected, onSpace } = props;
  const isNarrow = useNarrow();
  const list = useRef<HTMLDivElement>(null);
  const [top, setTop] = useState(0);
  useLayoutEffect(() => {
    const measured = (list.current?.getBoundingClientRect().top ?? 0) + window.scrollY;
    if (Math.abs(measured - top) > 1) setTop(measured);
  });
  const twoLines = isNarrow && narrow !== undefined;
  const rowHeight = heightOf(twoLines);
  const virtual = useWindowVirtualizer({
    count: rows.length,
    estimateSize: () => rowHeight,
    overscan: 12,
    scrollMargin: top,
    getItemKey: (index) => keyOf(rows[index] as T),
  });
  const items = virtual.getVirtualItems();
  const lastShown = items.at(-1)?.index ?? -1;
  useEffect(() => {
    if (onEnd && rows.length > 0 && lastShown >= rows.length - 10) onEnd();
  }, [lastShown, rows.length, onEnd]);

  const onKeyDown = (event: KeyboardEvent) => {
    const letters = preferences().letters;
    const step =
      event.key === "ArrowDown" || (letters && event.key === "j")
        ? 1
        : event.key === "ArrowUp" || (letters && event.key === "k")
          ? -1
          : 0;
    const row = (event.target as HTMLElement).closest<HTMLElement>("[data-index]");
    if (event.key === " " && onSpace && row && (event.target as HTMLElement).matches("a")) {
      event.preventDefault();
      onSpace(rows[Number(row.dataset["index"])] as T);
    }
    if (step === 0 || !row || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const next = Math.min(rows.length - 1, Math.max(0, Number(row.dataset["index"]) + step));
    virtual.scrollToIndex(next, { align: "auto" });
    requestAnimationFrame(() => focusRow(list.current, next));
  };

  const template = columns.map(({ width }) => width).join(" ");
  const variables = { "--columns": template, "--columns-1280": template } as React.CSSProperties;
  return (
    <div
      className={styles.list}
      role="table"
      aria-label={label}
      aria-rowcount={rows.length + 1}
      data-stale={stale ? "" : undefined}
      style={variables}
      onKeyDown={onKeyDown}
    >
      {!twoLines && (
        <div className={styles.head} role="row" aria-rowindex={1}>
          {columns.map(({ id, head, numeric }) => (
            <div key={id} role="columnheader" className={styles.headCell} data-numeric={numeric ? "" : undefined}>
              {head}
            </div>
          ))}
        </div>
      )}
      <div ref={list} className={styles.body} style={{ height: virtual.getTotalSize() }}>
        {items.map((item) => {
          const row = rows[item.index] as T;
          return (
            <div
              key={item.key}
              role="row"
              aria-rowindex={item.index + 2}
              data-index={item.index}
              data-selected={isSelected?.(row) ? "" : undefined}
              className={twoLines ? styles.narrowRow : styles.row}
              style={{ height: rowHeight, transform: `translateY(${item.start - top}px)` }}
            >
              {twoLines ? (
                <div role="cell" className={styles.narrowCell}>
                  {narrow(row)}
                </div>
              ) : (
                columns.map(({ id, cell, numeric }) => (
                  <div key={id} role="cell" className={styles.cell} data-numeric={numeric ? "" : undefined}>
                    {cell(row)}
                  </div>
                ))
              )}
            </div>
          );
        })}
      </div>
    </div>
  );
}

/** The columns that a window of this width has room for. */
export function useColumns<T>(columns: Column<T>[]): Column<T>[] {
  const [width, setWidth] = useState(window.innerWidth);
  useEffect(() => {
    const onResize = () => setWidth(window.innerWidth);
    window.addEventListener("resize", onResize);
    return () => window.removeEventListener("resize", onResize);
  }, []);
  return columns.filter(({ from }) => from === undefined || width >= from);
}
