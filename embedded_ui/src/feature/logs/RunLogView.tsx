import { useVirtualizer } from "@tanstack/react-virtual";
import { ChevronDown, ChevronUp, Clock, WrapText } from "lucide-react";
import { useEffect, useMemo, useRef, useState } from "react";
import type { RunLogLine } from "../../api/run-log";
import type { RunName } from "../../base/kinds";
import { setPreferences, usePreferences } from "../../base/preferences";
import { useText } from "../../text";
import { useUsageText } from "../../text/usage";
import { Button } from "../../ui/Button";
import { SearchBox } from "../../ui/Field";
import { Choice } from "../../ui/Menu";
import { Empty, ErrorState, LoadingLine } from "../../ui/States";
import styles from "./Logs.module.css";
import runStyles from "./RunLog.module.css";
import { RunRow } from "./RunRow";
import { findText, MOST_LINES, type RunLogFilter } from "./run-store";
import { type LivePod, useRunLog } from "./use-run-log";

export interface LogNode {
  id: string;
  name: string;
}

export interface RunLogViewProps {
  run: RunName;
  /** Nodes that have pods, in the order of the run. */
  nodes: LogNode[];
  filter: RunLogFilter;
  onFilter: (filter: RunLogFilter) => void;
  /** Pods that may print more. */
  live: LivePod[];
  /** Changes when an attempt begins or ends. */
  state: string;
  nameOf: (line: RunLogLine) => string;
  hrefOf: (line: RunLogLine) => string;
}

const icon = { size: 16, strokeWidth: 1.75 };

function NodeChoice({ nodes, filter, onFilter }: Pick<RunLogViewProps, "nodes" | "filter" | "onFilter">) {
  const text = useUsageText();
  const { length } = filter.nodes;
  const chosen = nodes.find(({ id }) => id === filter.nodes[0])?.name;
  return (
    <Choice
      multiple
      size="small"
      label={text.log.nodes}
      selected={filter.nodes}
      items={nodes.map(({ id, name }) => ({ id, label: name }))}
      onChange={(ids) => onFilter({ ...filter, nodes: ids })}
    >
      {length === 0 ? text.log.allNodes : length === 1 && chosen ? chosen : text.log.chosen(length)}
    </Choice>
  );
}

interface Found {
  lines: number[];
  at: number;
  onStep: (by: number) => void;
}

function Steps({ lines, at, onStep }: Found) {
  const text = useText();
  const none = lines.length === 0;
  return (
    <span className={styles.found}>
      {none ? text.logs.noMatch : text.logs.count(at + 1, lines.length)}
      <Button kind="icon" size="small" label={text.logs.previous} disabled={none} onPress={() => onStep(-1)}>
        <ChevronUp {...icon} />
      </Button>
      <Button kind="icon" size="small" label={text.logs.next} disabled={none} onPress={() => onStep(1)}>
        <ChevronDown {...icon} />
      </Button>
    </span>
  );
}

function Look() {
  const text = useText();
  const { wrapLogs, logTimes } = usePreferences();
  return (
    <>
      <Button
        kind="icon"
        size="small"
        label={text.logs.times}
        pressed={logTimes}
        onPress={() => setPreferences({ logTimes: !logTimes })}
      >
        <Clock {...icon} />
      </Button>
      <Button
        kind="icon"
        size="small"
        label={text.logs.wrap}
        pressed={wrapLogs}
        onPress={() => setPreferences({ wrapLogs: !wrapLogs })}
      >
        <WrapText {...icon} />
      </Button>
    </>
  );
}

/** The logs of all nodes of a run as one, by time; it follows while they print. */
export function RunLogView(props: RunLogViewProps) {
  const { run, nodes, filter, onFilter, live, state } = props;
  const text = useText();
  const words = useUsageText();
  const { wrapLogs, logTimes } = usePreferences();
  const store = useRunLog(run, filter, live, state);
  const [q, setQ] = useState("");
  const [at, setAt] = useState(0);
  const [follow, setFollow] = useState(live.length > 0);
  const scroller = useRef<HTMLDivElement>(null);
  const { lines, version } = store;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the version says that the lines are others
  const marks = useMemo(() => findText(lines, q), [lines, version, q]);
  const matches = useMemo(() => [...marks.keys()].sort((a, b) => a - b), [marks]);
  const hues = useMemo(() => new Map(nodes.map(({ id }, index) => [id, index])), [nodes]);
  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => 18,
    overscan: 30,
    getItemKey: (index) => `${lines[index]?.pod}#${lines[index]?.n}`,
  });
  const goTo = (index: number, align: "center" | "end") => {
    if (lines.length > 0) virtual.scrollToIndex(Math.min(lines.length - 1, Math.max(0, index)), { align });
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: a log that has grown is followed to its end
  useEffect(() => {
    if (follow && live.length > 0) goTo(lines.length - 1, "end");
  }, [follow, version, wrapLogs]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a search that finds something shows its first match
  useEffect(() => {
    setAt(0);
    if (matches[0] === undefined) return;
    setFollow(false);
    goTo(matches[0], "center");
  }, [q, matches.length > 0]);
  const step = (by: number) => {
    const next = (at + by + matches.length) % matches.length;
    setAt(next);
    setFollow(false);
    goTo(matches[next] ?? 0, "center");
  };
  const onScroll = () => {
    const box = scroller.current;
    if (!box?.dataset["wheel"]) return;
    setFollow(live.length > 0 && box.scrollHeight - box.scrollTop - box.clientHeight < 24);
  };
  const byHand = () => {
    if (scroller.current) scroller.current.dataset["wheel"] = "1";
  };
  const onKeyDown = (event: React.KeyboardEvent) => {
    byHand();
    if (event.key !== "End" && event.key !== "Home") return;
    event.preventDefault();
    setFollow(event.key === "End" && live.length > 0);
    goTo(event.key === "End" ? lines.length - 1 : 0, "end");
  };
  return (
    <section className={styles.view} aria-label={words.log.label}>
      <div className={styles.bar}>
        <NodeChoice nodes={nodes} filter={filter} onFilter={onFilter} />
        <SearchBox label={text.logs.search} value={q} onChange={setQ} width={200} delay={200} />
        {q !== "" && <Steps lines={matches} at={at} onStep={step} />}
        <span className={styles.right}>
          <span className={runStyles.status}>
            {store.ready ? words.log.lines(lines.length) : words.log.reading(lines.length)}
          </span>
          <Button
            size="small"
            kind="quiet"
            pressed={filter.stderrOnly}
            onPress={() => onFilter({ ...filter, stderrOnly: !filter.stderrOnly })}
          >
            {words.log.stderrOnly}
          </Button>
          {live.length > 0 && (
            <Button size="small" kind="quiet" pressed={follow} onPress={() => setFollow(!follow)}>
              {text.logs.follow}
            </Button>
          )}
          <Look />
        </span>
      </div>
      <LoadingLine loading={!store.ready} />
      {store.error && (
        <ErrorState title={text.state.unread(words.log.label)} error={store.error} onRetry={() => void store.more()} />
      )}
      {store.ready && lines.length === 0 && !store.error && (
        <Empty>{filter.stderrOnly || filter.nodes.length > 0 ? words.log.none : words.log.empty}</Empty>
      )}
      {lines.length > 0 && (
        // biome-ignore lint/a11y/useSemanticElements: a log is no form
        <div
          ref={scroller}
          className={styles.scroller}
          role="group"
          aria-label={words.log.lines(lines.length)}
          // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls can be scrolled by keys
          tabIndex={0}
          onScroll={onScroll}
          onWheel={byHand}
          onPointerDown={byHand}
          onKeyDown={onKeyDown}
        >
          <div className={styles.rows} style={{ height: virtual.getTotalSize() }}>
            {virtual.getVirtualItems().map((item) => {
              const line = lines[item.index];
              if (!line) return null;
              return (
                <RunRow
                  key={item.key}
                  measure={virtual.measureElement}
                  index={item.index}
                  offset={item.start}
                  line={line}
                  name={props.nameOf(line)}
                  hue={hues.get(line.node) ?? 0}
                  href={props.hrefOf(line)}
                  marks={marks.get(item.index)}
                  current={q !== "" && matches[at] === item.index}
                  wrap={wrapLogs}
                  times={logTimes}
                />
              );
            })}
          </div>
        </div>
      )}
      {store.full && <p className={runStyles.status}>{words.log.more(MOST_LINES)}</p>}
    </section>
  );
}
