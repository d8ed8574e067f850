import type { ReactNode } from "react";
import type { ExecutionRow, Wait } from "../../api/types";
import { href } from "../../base/address";
import { KIND_WORDS } from "../../base/kinds";
import { useText } from "../../text";
import { errorLine } from "../../text/format";
import { Identifier } from "../../ui/Identifier";
import { Link } from "../../ui/Link";
import { type Column, List, useColumns } from "../../ui/List";
import { Phase } from "../../ui/Phase";
import { hasEnded } from "../../ui/phases";
import { Duration, Time } from "../../ui/Time";
import styles from "./ExecutionRows.module.css";
import { WaitSentence } from "./Words";

/** The phase that is shown for a row: what waits says so, and for whom. */
export function shownPhase(row: { phase: string; why: Wait; error?: { code: string } | null }): string {
  if (row.phase === "FAILED" && /OOMKilled|OutOfMemory/i.test(row.error?.code ?? "")) return "OOM";
  if (hasEnded(row.phase) || !row.why) return row.phase;
  if (row.why.code === "GATE") return "PAUSED";
  if (row.why.code === "STARTING" || row.why.code === "IMAGE_PULL") return "INITIALIZING";
  return row.phase === "QUEUED" || row.phase === "RUNNING" ? "WAITING" : row.phase;
}

export const targetOf = (row: ExecutionRow) => ({ project: row.project, domain: row.domain, name: row.id });

function What({ row }: { row: ExecutionRow }) {
  const text = useText();
  const kind = KIND_WORDS[row.what.kind] ?? "workflow";
  const last = row.what.name.split(".").at(-1) ?? row.what.name;
  return (
    <span className={styles.what} title={row.what.name}>
      <Link
        named
        className="above-row-link"
        href={href.entity({ kind, project: row.project, domain: row.domain, name: row.what.name })}
      >
        {last}
      </Link>
      <span className={styles.kind}>{text.kindSmall[kind]}</span>
    </span>
  );
}

/** Why it waits, why it failed, or how far it is. */
export function Why({ row }: { row: ExecutionRow }) {
  const text = useText();
  if (row.error)
    return (
      <span title={row.error.line} translate="no">
        {errorLine(row.error.line)}
      </span>
    );
  if (row.abort)
    return (
      <span title={row.abort.cause} translate="no">
        {row.abort.cause}
      </span>
    );
  if (hasEnded(row.phase)) return null;
  if (row.why)
    return (
      <span title={row.why.text}>
        <WaitSentence wait={row.why} />
      </span>
    );
  return row.nodes.total > 0 ? text.executions.progress(row.nodes.done, row.nodes.total) : null;
}

function Length({ row }: { row: ExecutionRow }) {
  return hasEnded(row.phase) ? <Duration ms={row.duration_ms} /> : <Duration since={row.started_at} />;
}

export interface RowSelection {
  isSelected: (row: ExecutionRow) => boolean;
  /** `range`: with all rows since the one that was chosen last. */
  toggle: (row: ExecutionRow, range: boolean) => void;
  label: (row: ExecutionRow) => string;
  head: string;
}

function SelectBox({ row, selection }: { row: ExecutionRow; selection: RowSelection }) {
  return (
    <input
      type="checkbox"
      className={`above-row-link ${styles.select}`}
      aria-label={selection.label(row)}
      checked={selection.isSelected(row)}
      onChange={() => {}}
      onClick={(event) => selection.toggle(row, event.shiftKey)}
    />
  );
}

export interface ExecutionRowsProps {
  rows: ExecutionRow[];
  label: string;
  onEnd?: () => void;
  stale?: boolean;
  /** Rows can be selected: a box before each, where there is room for it. */
  selection?: RowSelection;
  /** Rows of one entity need no column for it. */
  without?: "what";
  /** The last column, with what can be done with a row. */
  menu?: Column<ExecutionRow>;
  onSpace?: (row: ExecutionRow) => void;
}

/** A table of executions. */
export function ExecutionRows({
  rows,
  label,
  onEnd,
  stale = false,
  without,
  selection,
  menu,
  onSpace,
}: ExecutionRowsProps) {
  const text = useText();
  const all: (Column<ExecutionRow> | null)[] = [
    selection
      ? {
          id: "select",
          head: <span className="visually-hidden">{selection.head}</span>,
          width: "16px",
          cell: (row) => <SelectBox row={row} selection={selection} />,
        }
      : null,
    { id: "phase", head: text.column.phase, width: "116px", cell: (row) => <Phase phase={shownPhase(row)} /> },
    {
      id: "id",
      head: text.column.execution,
      width: "184px",
      cell: (row) => (
        <Link href={href.execution(targetOf(row))} className={`row-link ${styles.id}`} named>
          {row.id}
        </Link>
      ),
    },
    without === "what"
      ? null
      : { id: "what", head: text.column.what, width: "minmax(132px, 1.2fr)", cell: (row) => <What row={row} /> },
    {
      id: "version",
      head: text.column.version,
      width: "104px",
      from: 1280,
      cell: (row) => <Identifier text={row.what.version} kind="version" />,
    },
    {
      id: "started",
      head: text.column.started,
      width: "112px",
      numeric: true,
      cell: (row) => <Time at={row.started_at ?? row.created_at} />,
    },
    { id: "duration", head: text.column.duration, width: "72px", numeric: true, cell: (row) => <Length row={row} /> },
    {
      id: "why",
      head: text.column.why,
      width: "minmax(112px, 2.4fr)",
      from: 1280,
      cell: (row) => (
        <span className={styles.why} data-bad={row.error ? "" : undefined}>
          <Why row={row} />
        </span>
      ),
    },
    menu ?? null,
  ];
  const columns = useColumns(all.filter((column) => column !== null));
  return (
    <List
      label={label}
      rows={rows}
      columns={columns}
      keyOf={(row) => row.id}
      stale={stale}
      onEnd={onEnd}
      onSpace={onSpace}
      {...(selection ? { isSelected: selection.isSelected } : {})}
      narrow={(row) => <NarrowRow row={row} />}
    />
  );
}

function Line({ children }: { children: ReactNode }) {
  return <span className={styles.line}>{children}</span>;
}

function NarrowRow({ row }: { row: ExecutionRow }) {
  return (
    <>
      <Line>
        <Phase phase={shownPhase(row)} />
        <Link href={href.execution(targetOf(row))} className={`row-link ${styles.name}`}>
          {row.what.name.split(".").at(-1)}
        </Link>
      </Line>
      <Line>
        <span className={styles.faint}>
          <span className={styles.id}>{row.id}</span> · <Time at={row.started_at ?? row.created_at} /> ·{" "}
          <Length row={row} />
        </span>
      </Line>
    </>
  );
}
