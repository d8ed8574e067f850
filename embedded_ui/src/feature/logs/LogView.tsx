import { useVirtualizer } from "@tanstack/react-virtual";
import { useCallback, useEffect, useMemo, useRef, useState, useSyncExternalStore } from "react";
import { type LogName, type LogSearch, lineAddress } from "../../api/logs";
import { usePreferences } from "../../base/preferences";
import { useLive } from "../../live/use-live";
import { useText } from "../../text";
import { Button } from "../../ui/Button";
import { Empty, ErrorState, LoadingLine } from "../../ui/States";
import { LogBar } from "./LogBar";
import styles from "./Logs.module.css";
import { Row } from "./Row";
import { LogStore } from "./store";
import { useLogSearch } from "./use-search";

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
  const [at, setAt] = useState(0);
  const [follow, setFollow] = useState(lines === null);
  const scroller = useRef<HTMLDivElement>(null);
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
  const virtual = useVirtualizer({
    count: store.total,
    getScrollElement: () => scroller.current,
    estimateSize: () => 18,
    overscan: 30,
  });
  const shown = virtual.getVirtualItems();
  const first = shown[0]?.index ?? 0;
  const last = shown.at(-1)?.index ?? 0;
  useEffect(() => {
    if (store.total > 0) store.need(first, Math.max(first, last));
  }, [store, first, last, store.total]);

  const goTo = useCallback(
    (line: number, align: "center" | "end" = "center") => {
      if (store.total > 0) virtual.scrollToIndex(Math.min(store.total - 1, Math.max(0, line)), { align });
    },
    [virtual, store],
  );
  // biome-ignore lint/correctness/useExhaustiveDependencies: once the log is there, the line of the address is shown
  useEffect(() => {
    if (store.ready && lines) goTo(lines[0] - 1);
  }, [store.ready]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a log that has grown is followed to its end
  useEffect(() => {
    if (follow && store.total > 0) goTo(store.total - 1, "end");
  }, [follow, store.total, store.ready, wrapLogs]);
  const step = (by: number) => {
    const { length } = found.matches;
    if (length === 0) return;
    const next = (at + by + length) % length;
    setAt(next);
    setFollow(false);
    goTo(found.matches[next]?.[0] ?? 0);
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: a search that finds something shows its first match
  useEffect(() => {
    setAt(0);
    const match = found.matches[0];
    if (match) {
      setFollow(false);
      goTo(match[0]);
    }
  }, [search, found.matches.length > 0]);

  const { namespace, pod } = log;
  const whole = useCallback((line: number) => lineAddress({ namespace, pod }, line), [namespace, pod]);
  const onScroll = () => {
    const box = scroller.current;
    if (!box) return;
    const atEnd = box.scrollHeight - box.scrollTop - box.clientHeight < 24;
    if (!atEnd && follow && box.dataset["wheel"]) setFollow(false);
    if (atEnd && !follow && box.dataset["wheel"] && !store.complete) setFollow(true);
  };
  const byHand = () => {
    if (scroller.current) scroller.current.dataset["wheel"] = "1";
  };
  const onKeyDown = (event: React.KeyboardEvent) => {
    const box = scroller.current;
    if (!box) return;
    byHand();
    if (event.key === "End") {
      event.preventDefault();
      setFollow(true);
      goTo(store.total - 1, "end");
    } else if (event.key === "Home") {
      event.preventDefault();
      setFollow(false);
      goTo(0);
    } else if (event.key === "f" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      box.parentElement?.querySelector<HTMLInputElement>("input[type=search]")?.focus();
    }
  };
  const current = found.matches[at]?.[0];
  return (
    <section className={styles.view} aria-label={text.logs.label} style={height ? { height } : undefined}>
      <LogBar
        log={log}
        search={search}
        onSearch={setSearch}
        found={found}
        at={at}
        onStep={step}
        follow={follow}
        live={!store.complete}
        onFollow={() => setFollow(!follow)}
        store={store}
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
      {store.total > 0 && (
        // biome-ignore lint/a11y/useSemanticElements: a log is no form
        <div
          ref={scroller}
          className={styles.scroller}
          role="group"
          aria-label={text.logs.lines(store.total)}
          // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls can be scrolled by keys
          tabIndex={0}
          onScroll={onScroll}
          onWheel={byHand}
          onPointerDown={byHand}
          onKeyDown={onKeyDown}
        >
          <div className={styles.rows} style={{ height: virtual.getTotalSize() }}>
            {shown.map((item) => (
              <Row
                key={item.key}
                measure={virtual.measureElement}
                index={item.index}
                offset={item.start}
                line={store.line(item.index)}
                marks={found.byLine.get(item.index)}
                current={current === item.index && found.matches.length > 0}
                chosen={lines !== null && item.index + 1 >= lines[0] && item.index + 1 <= lines[1]}
                wrap={wrapLogs}
                times={logTimes}
                digits={String(store.total).length}
                whole={whole}
                onChoose={(n, extend) =>
                  onLines(extend && lines ? [Math.min(lines[0], n), Math.max(lines[0], n)] : [n, n])
                }
              />
            ))}
          </div>
        </div>
      )}
      {store.total > 0 && found.matches.length > 0 && (
        <div className={styles.ticks} aria-hidden>
          {ticksOf(found.matches.map(([line]) => line)).map((line) => (
            <span key={line} className={styles.tick} style={{ top: `${(100 * line) / store.total}%` }} />
          ))}
        </div>
      )}
      {!follow && !store.complete && store.total > 0 && (
        <div className={styles.pill}>
          <Button size="small" kind="primary" onPress={() => setFollow(true)}>
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
