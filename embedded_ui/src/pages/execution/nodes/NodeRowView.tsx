import { ChevronRight } from "lucide-react";
import { memo } from "react";
import { nodeKind } from "../../../feature/runs/kinds";
import { waitWords } from "../../../feature/runs/waits";
import { Lane, useBarText } from "../../../feature/timeline/Lane";
import type { Scale } from "../../../feature/timeline/scale";
import type { Segment } from "../../../feature/timeline/segments";
import { type Text, useText } from "../../../text";
import { count } from "../../../text/format";
import { Phase } from "../../../ui/Phase";
import { PhaseCounts } from "../../../ui/PhaseCounts";
import { phaseLook } from "../../../ui/phases";
import { Duration } from "../../../ui/Time";
import { rowLength, rowPhase, waitOf } from "./items";
import styles from "./NodeTable.module.css";
import type { NodeRow } from "./tree";

export interface NodeRowViewProps {
  row: NodeRow;
  index: number;
  height: number;
  offset: number;
  scale: Scale;
  segments: Segment[];
  selected: boolean;
  chosenAttempt: number | null;
  tabStop: boolean;
  onKeyDown: (event: React.KeyboardEvent, index: number) => void;
  onSelect: (row: NodeRow) => void;
  onToggle: (row: NodeRow, open: boolean) => void;
}

/** What stands muted behind the name: why it waits, kind and progress, or how many attempts. */
function hint(text: Text, row: NodeRow): string {
  const { node, attempts, item, stack } = row;
  const { nodes } = text.execution;
  if (stack) return nodes.counts(nodeKind(text, node), stack.counts["SUCCEEDED"] ?? 0, stack.nodes.length);
  const wait = waitOf(row);
  if (wait && wait.code !== "UPSTREAM" && wait.code !== "STARTING") return waitWords(text, wait);
  if (item) return item.attempt > 0 ? nodes.attempts(item.attempt + 1) : "";
  const kind = nodeKind(text, node);
  if (node.items) {
    const done = Number((node.items.by_phase as Record<string, number>)["SUCCEEDED"] ?? 0);
    return nodes.counts(kind, done, node.items.total);
  }
  if (row.notTaken) return nodes.notTaken;
  if (node.child_execution) return kind;
  if (row.children > 0) return nodes.inside(kind, row.children);
  const tries = Math.max(node.attempts, attempts.length);
  if (tries > 1) return nodes.attempts(tries);
  return node.kind === "task" ? "" : kind;
}

/** Counts by phase of an array's items, or of a stack's nodes, as one bar. */
function Counts({ row }: { row: NodeRow }) {
  const counts = row.item ? undefined : (row.stack?.counts ?? (row.node.items?.by_phase as Record<string, number>));
  if (!counts) return null;
  const said = Object.entries(counts).filter(([, n]) => n > 0);
  const title = said.map(([phase, n]) => `${phase} ${count(n)}`).join(", ");
  return <PhaseCounts counts={counts} title={title} className={styles.counts} />;
}

/** One row: name, phase, duration, bar. */
export const NodeRowView = memo(function NodeRowView(props: NodeRowViewProps) {
  const { row, index, height, offset, scale, segments, selected, chosenAttempt, tabStop } = props;
  const text = useText();
  const barText = useBarText();
  const phase = rowPhase(row);
  const length = rowLength(row);
  const name = row.item ? `[${row.item.item}]` : row.node.display || row.node.name || row.node.id;
  return (
    <div
      role="row"
      className={styles.row}
      aria-level={row.level}
      aria-posinset={row.position}
      aria-setsize={row.siblings}
      aria-rowindex={index + 2}
      aria-selected={selected}
      {...(row.children > 0 ? { "aria-expanded": row.open } : {})}
      data-index={index}
      data-not-taken={row.notTaken ? "" : undefined}
      data-idle={(row.stack ?? row.node).phase === "NOT_STARTED" ? "" : undefined}
      tabIndex={tabStop ? 0 : -1}
      style={{ height, transform: `translateY(${offset}px)` }}
      onClick={() => props.onSelect(row)}
      onKeyDown={(event) => props.onKeyDown(event, index)}
    >
      <div role="gridcell" className={styles.name} style={{ paddingLeft: (row.level - 1) * 16 }}>
        {row.children > 0 ? (
          <button
            type="button"
            tabIndex={-1}
            className={styles.disclosure}
            data-open={row.open ? "" : undefined}
            aria-label={row.open ? text.execution.nodes.collapse : text.execution.nodes.expand}
            onClick={(event) => {
              event.stopPropagation();
              props.onToggle(row, !row.open);
            }}
          >
            <ChevronRight size={14} strokeWidth={1.75} aria-hidden />
          </button>
        ) : (
          <span className={styles.noDisclosure} />
        )}
        <Phase phase={phase} bare />
        <span className={styles.nameText} title={row.node.task?.name ?? name}>
          {name}
        </span>
        <span className={styles.hint} title={hint(text, row)}>
          {hint(text, row)}
        </span>
        <Counts row={row} />
      </div>
      <div role="gridcell" className={styles.phase} data-group={phaseLook(phase).group}>
        {text.phase[phaseLook(phase).word]}
      </div>
      <div role="gridcell" className={styles.duration}>
        <Duration ms={length.ms} since={length.since} />
      </div>
      <div role="gridcell" className={styles.laneCell}>
        <Lane scale={scale} segments={segments} label={barText(segments, phase)} chosen={chosenAttempt} />
      </div>
    </div>
  );
});
