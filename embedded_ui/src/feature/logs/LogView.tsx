import { useCallback, useEffect, useMemo, useState, useSyncExternalStore } from "react";
import { type LogName, type LogSearch, lineAddress } from "../../api/logs";
import { usePreferences } from "../../base/preferences";
import { useLive } from "../../live/use-live";
import { useText } from "../../text";
import { Button } from "../../ui/Button";
import { Empty, ErrorState, LoadingLine } from "../../ui/States";
import { LogBar } from "./LogBar";
import styles from "./Logs.module.css";
import { chosenLines } from "./lines";
import { Row } from "./Row";
import { Scroller } from "./Scroller";
import { LogStore } from "./store";
import { useFrame, useSteps } from "./use-frame";
import { useLogSearch } from "./use-search";
import { useStderr } from "./use-stderr";

export interface LogViewProps {
  log: LogName;
  /** Lines `from`..`to` (from 1) that the address names; null: none. */
  lines: [from: number, to: number] | null;
  onLines: (lines: [from: number, to: number] | null) => void;
  /** What is said when nothing was printed. */
  empty: string;
  height?: string;
  /** Stand in the bar before and behind its own controls. */
  before?: React.ReactNode;
  after?: React.ReactNode;
}

function useStore(log: LogName): LogStore {
  const { namespace, pod } = log;
  const store = useMemo(() => new LogStore({ namespace, pod }), [namespace, pod]);
  useSyncExternalStore(store.subscribe, store.snapshot);
  useEffect(() => void store.open(), [store]);
  return store;
}

interface LogRow {
  bytes: number;
  lines: number;
  complete: boolean;
}

/** The log of one pod: all of it by scrolling, live while it runs, searched on the server. */
export function LogView({ log, lines, onLines, empty, height, before, after }: LogViewProps) {
  const text = useText();
  const { wrapLogs, logTimes } = usePreferences();
  const store = useStore(log);
  const [search, setSearch] = useState<LogSearch>({ q: "", regex: false, matchCase: false });
  const found = useLogSearch(log, search, store.complete ? 1 : 0);
  useLive(store.ready && store.complete ? null : `log:${log.namespace}/${log.pod}`, {
    seq: undefined,
    loose: true,
    apply: (rows) => {
      const row = rows.at(-1)?.row as unknown as LogRow | undefined;
      if (!row) return;
      store.grown(row.lines, row.complete);
      store.need(Math.max(0, row.lines - 200), row.lines - 1);
    },
    refetch: () => void store.open(),
  });
  const stderr = useStderr(log, store.ready ? store.total : 0);
  /** Numbers of the lines that are shown, from 0; null: all. */
  const only = search.stderrOnly ? stderr : null;
  const count = only?.length ?? store.total;
  const numberAt = (index: number): number => (only ? (only[index] ?? 0) : index);
  const frame = useFrame({
    count,
    version: store.ready ? 1 : 0,
    live: !store.complete,
    follow: lines === null,
  });
  const shown = frame.virtual.getVirtualItems();
  const first = shown[0]?.index ?? 0;
  const last = shown.at(-1)?.index ?? 0;
  useEffect(() => {
    if (!only && count > 0) store.need(first, Math.max(first, last));
    if (only) for (const line of only.slice(first, last + 1)) store.need(line, line);
  }, [store, first, last, count, only]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: once the log is there, the line of the address is shown
  useEffect(() => {
    if (store.ready && lines) frame.goTo(lines[0] - 1);
  }, [store.ready]);
  const matching = useMemo(() => {
    const all = found.matches.map(([line]) => line);
    if (!only) return all;
    const places = new Map(only.map((line, index) => [line, index]));
    return all.flatMap((line) => places.get(line) ?? []);
  }, [found.matches, only]);
  const { at, step } = useSteps(frame, search, matching);

  const { namespace, pod } = log;
  const whole = useCallback((line: number) => lineAddress({ namespace, pod }, line), [namespace, pod]);
  return (
    <section className={styles.view} aria-label={text.logs.label} style={height ? { height } : undefined}>
      <LogBar
        log={log}
        search={search}
        onSearch={setSearch}
        found={found}
        at={at}
        of={matching.length}
        onStep={step}
        frame={frame}
        live={!store.complete}
        lines={lines}
        before={before}
        after={after}
      />
      <LoadingLine loading={!store.ready || found.running} />
      {store.ready && store.total === 0 && (
        <div className={styles.message}>
          {store.error ? (
            <ErrorState
              title={text.state.unread(text.logs.label)}
              error={store.error}
              onRetry={() => void store.open()}
            />
          ) : (
            <Empty>{empty}</Empty>
          )}
        </div>
      )}
      {store.total > 0 && count === 0 && <Empty>{text.palette.none}</Empty>}
      {count > 0 && (
        <Scroller
          frame={frame}
          label={text.logs.lines(count)}
          row={({ key, index, start }) => {
            const number = numberAt(index) + 1;
            return (
              <Row
                key={key}
                measure={frame.virtual.measureElement}
                index={index}
                number={number}
                offset={start}
                line={store.line(number - 1)}
                marks={found.byLine.get(number - 1)}
                current={matching[at] === index}
                chosen={lines !== null && number >= lines[0] && number <= lines[1]}
                wrap={wrapLogs}
                times={logTimes}
                digits={String(store.total).length}
                whole={whole}
                onChoose={(n, extend) => onLines(chosenLines(lines, n, extend))}
              />
            );
          }}
        />
      )}
      <div className={styles.ticks} aria-hidden>
        {ticksOf(only ? [] : stderr).map((line) => (
          <span key={line} className={styles.tick} data-stderr="" style={{ top: `${(100 * line) / count}%` }} />
        ))}
        {ticksOf(matching).map((line) => (
          <span key={line} className={styles.tick} style={{ top: `${(100 * line) / count}%` }} />
        ))}
      </div>
      {!frame.follow && !store.complete && store.total > 0 && (
        <div className={styles.pill}>
          <Button size="small" kind="primary" onPress={() => frame.setFollow(true)}>
            {text.logs.newLines}
          </Button>
        </div>
      )}
    </section>
  );
}

/** At most 300 of the lines, evenly: a scrollbar has no room for more. */
function ticksOf(lines: number[]): number[] {
  const step = Math.max(1, Math.floor(lines.length / 300));
  return [...new Set(lines.filter((_, index) => index % step === 0))];
}
