import { useMemo, useState } from "react";
import type { LogSearch } from "../../api/logs";
import type { RunLogLine } from "../../api/run-log";
import type { RunName } from "../../base/kinds";
import { usePreferences } from "../../base/preferences";
import { useText } from "../../text";
import { useUsageText } from "../../text/usage";
import { saveText } from "../../ui/clipboard";
import { Choice } from "../../ui/Menu";
import { Empty, ErrorState, LoadingLine } from "../../ui/States";
import { bareMarks, bareText } from "./ansi";
import styles from "./Logs.module.css";
import runStyles from "./RunLog.module.css";
import { RunRow } from "./RunRow";
import { findText, keyOf, MOST_LINES, type RunLogFilter } from "./run-store";
import { Follow, Look, Scroller } from "./Scroller";
import { Downloads, SearchTools, StderrOnly } from "./Tools";
import { useFrame, useSteps } from "./use-frame";
import { type LivePod, useRunLog } from "./use-run-log";
import { useRunSearch } from "./use-run-search";

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

/** The logs of all nodes of a run as one, by time; it follows while they print. */
export function RunLogView(props: RunLogViewProps) {
  const { run, nodes, filter, onFilter, live, state } = props;
  const text = useText();
  const words = useUsageText();
  const { wrapLogs, logTimes } = usePreferences();
  const store = useRunLog(run, filter, live, state);
  const [search, setSearch] = useState<LogSearch>({ q: "", regex: false, matchCase: false });
  const { q } = search;
  const { lines, version } = store;
  const found = useRunSearch(run, filter, search, state);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the version says that the lines are others
  const marks = useMemo(() => {
    if (!search.regex) return findText(lines, q, search.matchCase);
    return new Map(
      lines.flatMap((line, index) => {
        const places = found.marks.get(keyOf(line));
        return places ? [[index, bareMarks(line.text, places)] as const] : [];
      }),
    );
  }, [lines, version, search, found.marks]);
  const matches = useMemo(() => [...marks.keys()].sort((a, b) => a - b), [marks]);
  const hues = useMemo(() => new Map(nodes.map(({ id }, index) => [id, index])), [nodes]);
  const frame = useFrame({
    count: lines.length,
    version,
    live: live.length > 0,
    follow: live.length > 0,
    keyOf: (index) => `${lines[index]?.pod}#${lines[index]?.n}`,
  });
  const { at, step } = useSteps(frame, search, matches);
  const download = (of: readonly RunLogLine[]) =>
    saveText(`${run.name}.log`, of.map((line) => `${props.nameOf(line)}\t${bareText(line.text)}\n`).join(""));
  return (
    <section className={styles.view} aria-label={words.log.label}>
      <div className={styles.bar}>
        <NodeChoice nodes={nodes} filter={filter} onFilter={onFilter} />
        <SearchTools
          search={search}
          onSearch={setSearch}
          error={found.error}
          at={at}
          of={matches.length}
          running={found.running}
          onStep={step}
        />
        <span className={styles.right}>
          <span className={runStyles.status}>
            {store.ready ? words.log.lines(lines.length) : words.log.reading(lines.length)}
          </span>
          {live.length > 0 && <Follow frame={frame} />}
          <StderrOnly on={filter.stderrOnly} onChange={(stderrOnly) => onFilter({ ...filter, stderrOnly })} />
          <Look />
          <Downloads
            all={() => download(lines)}
            matches={q === "" ? null : () => download(lines.filter((_, index) => marks.has(index)))}
          />
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
        <Scroller
          frame={frame}
          label={words.log.lines(lines.length)}
          row={(item) => {
            const line = lines[item.index];
            return (
              line && (
                <RunRow
                  key={item.key}
                  measure={frame.virtual.measureElement}
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
              )
            );
          }}
        />
      )}
      {store.full && <p className={runStyles.status}>{words.log.more(MOST_LINES)}</p>}
    </section>
  );
}
