import { useEffect, useMemo, useState, useSyncExternalStore } from "react";
import { usePreferences } from "../../base/preferences";
import { useText } from "../../text";
import { Copy } from "../../ui/Copy";
import { SearchBox } from "../../ui/Field";
import { Empty, ErrorState, LoadingLine } from "../../ui/States";
import { bareText } from "./ansi";
import { GrowingLog, type ReadLines } from "./growing-log";
import styles from "./Logs.module.css";
import { chosenLines } from "./lines";
import { Row } from "./Row";
import { findText } from "./run-store";
import { Follow, Look, Matches, Scroller } from "./Scroller";
import { useFrame, useSteps } from "./use-frame";

export interface PieceViewProps {
  /** Reads lines of the whole log; the same function for the same log. */
  read: ReadLines;
  /** The piece: lines of the log from 0, without the last. */
  from: number;
  to: number;
  /** It may grow. */
  live: boolean;
  label: string;
  /** What is said when there is no line. */
  empty: string;
  /** Lines of the piece (from 1) that are chosen. */
  lines: [from: number, to: number] | null;
  onLines: (lines: [from: number, to: number]) => void;
}

/** A piece of a log that is all in memory and searched there. */
export function PieceView({ read, from, to, live, label, empty, lines: chosen, onLines }: PieceViewProps) {
  const text = useText();
  const { wrapLogs, logTimes } = usePreferences();
  const log = useMemo(() => new GrowingLog(read, from), [read, from]);
  const version = useSyncExternalStore(log.subscribe, log.snapshot);
  useEffect(() => void log.upTo(to), [log, to]);
  const [q, setQ] = useState("");
  const { lines, skipped } = log;
  const marks = useMemo(() => findText(lines, q), [lines, q]);
  const matches = useMemo(() => [...marks.keys()], [marks]);
  const frame = useFrame({ count: lines.length, version, live, follow: chosen === null });
  const { at, step } = useSteps(frame, q, matches);
  // biome-ignore lint/correctness/useExhaustiveDependencies: once the lines are there, that of the address is shown
  useEffect(() => {
    if (log.ready && chosen) frame.goTo(chosen[0] - 1 - skipped);
  }, [log.ready]);
  return (
    <section className={styles.view} aria-label={label}>
      <div className={styles.bar}>
        <SearchBox
          placeholder={text.palette.open}
          label={text.logs.search}
          value={q}
          onChange={setQ}
          width={170}
          delay={200}
        />
        {q !== "" && <Matches at={at} of={matches.length} onStep={step} />}
        <span className={styles.right}>
          {live && <Follow frame={frame} />}
          <Look />
          <Copy text={lines.map((line) => bareText(line.text)).join("\n")} what={label} />
        </span>
      </div>
      <LoadingLine loading={!log.ready} />
      {log.error && <ErrorState title={text.state.unread(label)} error={log.error} onRetry={() => void log.upTo(to)} />}
      {log.ready && lines.length === 0 && !log.error && <Empty>{empty}</Empty>}
      {lines.length > 0 && (
        <Scroller
          frame={frame}
          label={text.logs.lines(lines.length)}
          row={({ key, index, start }) => {
            const number = index + 1 + skipped;
            return (
              <Row
                key={key}
                measure={frame.virtual.measureElement}
                index={index}
                number={number}
                offset={start}
                line={lines[index]}
                marks={marks.get(index)}
                current={matches[at] === index}
                chosen={chosen !== null && number >= chosen[0] && number <= chosen[1]}
                wrap={wrapLogs}
                times={logTimes}
                digits={String(lines.length + skipped).length}
                onChoose={(n, extend) => onLines(chosenLines(chosen, n, extend))}
              />
            );
          }}
        />
      )}
    </section>
  );
}
