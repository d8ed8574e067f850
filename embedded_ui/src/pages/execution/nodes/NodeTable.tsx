import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import { serverNow, useSeconds } from "../../../base/clock";
import { preferences } from "../../../base/preferences";
import { Axis } from "../../../feature/timeline/Axis";
import type { Scale, Span } from "../../../feature/timeline/scale";
import { makeScale } from "../../../feature/timeline/scale";
import { nodeSegments, type Segment } from "../../../feature/timeline/segments";
import { useText } from "../../../text";
import { useNarrow } from "../../../ui/width";
import { itemSegments } from "./items";
import { NodeRowView } from "./NodeRowView";
import styles from "./NodeTable.module.css";
import type { NodeRow } from "./tree";

export interface NodeTableProps {
  rows: NodeRow[];
  /** The whole of the run, from its start to its end or now. */
  whole: Span;
  live: boolean;
  fold: boolean;
  /** The timeline takes the room of what it says as well. */
  wide: boolean;
  zoom: Span | null;
  onZoom: (span: Span | null) => void;
  selected: string | null;
  /** Grows when the selected row is to get the focus. */
  jumps: number;
  chosenAttempt: number | null;
  onSelect: (row: NodeRow) => void;
  onToggle: (row: NodeRow, open: boolean) => void;
}

/** The width of an element, followed. */
function useWidth(): [React.RefObject<HTMLDivElement | null>, number] {
  const box = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(400);
  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    const observer = new ResizeObserver(([entry]) => setWidth(entry?.contentRect.width ?? 400));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return [box, width];
}

export const segmentsOf = (row: NodeRow, now: number): Segment[] =>
  row.item ? itemSegments(row, now) : nodeSegments(row.stack ?? row.node, row.attempts, row.children > 0, now);

function useScale(props: NodeTableProps, segments: Map<string, Segment[]>, now: number): Scale {
  const { whole, zoom, fold, live } = props;
  return useMemo(() => {
    const to = live ? Math.max(whole.to, now) : whole.to;
    const room = live ? (to - whole.from) * 0.04 : 0; // a bar that grows does not touch the edge
    const view = zoom ?? { from: whole.from, to: Math.max(to + room, whole.from + 1000) };
    const activity = [...segments.values()].flat().filter(({ kind }) => kind !== "whole" && kind !== "wait");
    return makeScale(view, activity, fold);
  }, [whole.from, whole.to, zoom, fold, live, now, segments]);
}

/** The row that a key leads to; null when the key leads nowhere. */
function neighbour(rows: readonly NodeRow[], index: number, key: string): number | null {
  const letters = preferences().letters;
  const within = (at: number) => Math.min(rows.length - 1, Math.max(0, at));
  if (key === "ArrowDown" || key === "ArrowRight" || (letters && key === "j")) return within(index + 1);
  if (key === "ArrowUp" || (letters && key === "k")) return within(index - 1);
  if (key === "Home") return 0;
  if (key === "End") return rows.length - 1;
  if (key === "ArrowLeft") return within(rows.findIndex((row) => row.key === rows[index]?.parent));
  return null;
}

/** The tree of nodes and their timeline: one table, one row a node. */
export function NodeTable(props: NodeTableProps) {
  const { rows, whole, live, selected, onSelect, onToggle, onZoom, chosenAttempt } = props;
  const text = useText();
  const narrow = useNarrow();
  const [lane, laneWidth] = useWidth();
  const box = useRef<HTMLDivElement>(null);
  const ticking = useSeconds(live);
  const now = live ? Math.max(ticking, whole.from) : whole.to || serverNow();
  const segments = useMemo(() => new Map(rows.map((row) => [row.key, segmentsOf(row, now)])), [rows, now]);
  const scale = useScale(props, segments, now);
  const [top, setTop] = useState(0);
  const [active, setActive] = useState<string | null>(null);
  useLayoutEffect(() => {
    const measured = (box.current?.getBoundingClientRect().top ?? 0) + window.scrollY;
    if (Math.abs(measured - top) > 1) setTop(measured);
  });
  const rowHeight = narrow ? 45 : preferences().density === "compact" ? 27 : 33;
  const virtual = useWindowVirtualizer({
    count: rows.length,
    estimateSize: () => rowHeight,
    overscan: 15,
    scrollMargin: top,
    getItemKey: (index) => rows[index]?.key ?? index,
  });
  const current = rows.findIndex(({ key }) => key === (active ?? selected));
  const tabStop = Math.max(0, current);

  const focusRow = (index: number) => {
    const row = rows[index];
    if (!row) return;
    setActive(row.key);
    virtual.scrollToIndex(index, { align: "auto" });
    requestAnimationFrame(() => box.current?.querySelector<HTMLElement>(`[data-index="${index}"]`)?.focus());
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: only a jump moves the focus
  useEffect(() => {
    if (props.jumps > 0) focusRow(rows.findIndex(({ key }) => key === selected));
  }, [props.jumps]);
  const onKeyDown = (event: React.KeyboardEvent, index: number) => {
    const row = rows[index];
    if (!row || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Enter" || event.key === " ") onSelect(row);
    else if (event.key === "ArrowRight" && row.children > 0 && !row.open) onToggle(row, true);
    else if (event.key === "ArrowLeft" && row.open) onToggle(row, false);
    else {
      const next = neighbour(rows, index, event.key);
      if (next === null) return;
      focusRow(next);
    }
    event.preventDefault();
  };

  return (
    <div
      className={styles.table}
      data-wide={props.wide ? "" : undefined}
      role="treegrid"
      aria-label={text.execution.nodes.label}
      aria-rowcount={rows.length + 1}
    >
      <div className={styles.head} role="row" aria-rowindex={1}>
        <Head>{text.column.node}</Head>
        <Head kind="phase">{text.column.phase}</Head>
        <Head kind="number">{text.column.duration}</Head>
        <Head kind="lane">
          <span className="visually-hidden">{text.column.timeline}</span>
          <div ref={lane} className={styles.axisBox}>
            <Axis scale={scale} origin={whole.from} width={laneWidth} onZoom={onZoom} />
          </div>
        </Head>
      </div>
      <div ref={box} className={styles.body} style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map((item) => {
          const row = rows[item.index];
          if (!row) return null;
          return (
            <NodeRowView
              key={item.key}
              row={row}
              index={item.index}
              height={rowHeight}
              offset={item.start - top}
              scale={scale}
              segments={segments.get(row.key) ?? []}
              selected={row.key === selected}
              chosenAttempt={row.key === selected ? chosenAttempt : null}
              tabStop={item.index === tabStop}
              onKeyDown={onKeyDown}
              onSelect={onSelect}
              onToggle={onToggle}
            />
          );
        })}
      </div>
    </div>
  );
}

function Head({ kind, children }: { kind?: "phase" | "number" | "lane"; children: React.ReactNode }) {
  return (
    <div role="columnheader" className={styles.headCell} data-kind={kind}>
      {children}
    </div>
  );
}
