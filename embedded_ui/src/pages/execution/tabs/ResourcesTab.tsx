import { useMemo } from "react";
import { useStatus } from "../../../api/platform";
import type { Run, RunAttempt } from "../../../api/types";
import { type AttemptStats, applyRunSamples, useRunStats } from "../../../api/usage";
import { href } from "../../../base/address";
import type { RunName } from "../../../base/kinds";
import { usedCpu } from "../../../feature/curve/curves";
import RunCurves from "../../../feature/curve/RunCurves";
import { askedTooMuch, usageOf } from "../../../feature/curve/usage";
import { useSamples } from "../../../feature/curve/use-samples";
import { useText } from "../../../text";
import { bytes, duration } from "../../../text/format";
import { type UsageText, useUsageText } from "../../../text/usage";
import { Bytes, Nothing } from "../../../ui/Amount";
import { Link } from "../../../ui/Link";
import { type Column, List, useColumns } from "../../../ui/List";
import { hasEnded } from "../../../ui/phases";
import { Empty, ErrorState, LoadingLine } from "../../../ui/States";
import { attemptName, attemptsState, nodeNames, shownNode } from "./attempts";
import styles from "./Tabs.module.css";

interface Row {
  stats: AttemptStats;
  attempt: RunAttempt | undefined;
  name: string;
  usage: ReturnType<typeof usageOf>;
}

const NONE: AttemptStats[] = [];
const podKey = (of: { ns?: string; pod?: string }): string => `${of.ns}/${of.pod}`;

function rowsOf(data: Run, attempts: AttemptStats[], names: Map<string, string>): Row[] {
  const byPod = new Map(data.attempts.map((attempt) => [podKey(attempt), attempt]));
  const retried = new Set(attempts.filter(({ attempt }) => attempt > 0).map(({ node }) => node));
  return attempts.map((stats) => ({
    stats,
    attempt: byPod.get(podKey(stats)),
    name: attemptName(names, stats, retried.has(stats.node)),
    usage: usageOf(stats),
  }));
}

/** What stands out: killed for want of memory, or much less used than asked for. */
function note({ usage, attempt }: Row, text: UsageText): string {
  if (usage.oomAt !== null) return text.table.killed(bytes(usage.limit ?? usage.peak));
  const asked = usage.request ?? usage.limit;
  const ended = attempt === undefined || hasEnded(attempt.phase);
  return ended && asked && askedTooMuch(asked, usage.peak) ? text.table.neverMore(bytes(asked), bytes(usage.peak)) : "";
}

function columnsOf(run: RunName, text: UsageText): Column<Row>[] {
  const amount = (value: number | null) => (value ? bytes(value) : <Nothing />);
  return [
    {
      id: "node",
      head: text.table.node,
      width: "minmax(140px, 1fr)",
      cell: ({ stats, name }) => (
        <Link
          className="row-link"
          href={href.execution(run, {
            tab: "resources",
            node: shownNode(stats),
            item: stats.item,
            attempt: stats.attempt,
            panel: "resources",
          })}
        >
          {name}
        </Link>
      ),
    },
    {
      id: "length",
      head: text.table.length,
      width: "76px",
      numeric: true,
      cell: ({ usage }) => duration(usage.length),
    },
    {
      id: "request",
      head: text.table.request,
      width: "84px",
      numeric: true,
      cell: ({ usage }) => amount(usage.request),
    },
    { id: "limit", head: text.table.limit, width: "84px", numeric: true, cell: ({ usage }) => amount(usage.limit) },
    {
      id: "peak",
      head: text.table.peak,
      width: "104px",
      numeric: true,
      cell: ({ usage }) => <Bytes bytes={usage.peak || null} />,
    },
    { id: "mean", head: text.table.mean, width: "84px", numeric: true, cell: ({ usage }) => usedCpu(usage.cpuMean) },
    {
      id: "note",
      head: text.table.note,
      width: "minmax(0, 2fr)",
      cell: (row) => <span title={note(row, text)}>{note(row, text)}</span>,
    },
  ];
}

/** What a run used of the machine: all attempts over time, and each of them in numbers. */
export default function ResourcesTab({ run, data }: { run: RunName; data: Run }) {
  const text = useText();
  const words = useUsageText();
  const status = useStatus();
  const names = useMemo(() => nodeNames(data), [data]);
  const { data: stats, error, isPending, refetch } = useRunStats(run, attemptsState(data));
  useSamples(
    hasEnded(data.execution.phase) ? null : run,
    (samples) => applyRunSamples(run, samples),
    () => void refetch(),
  );
  const columns = useColumns(columnsOf(run, words));
  const capacity = status.data?.resources;
  const attempts = stats?.attempts ?? NONE;
  // Items of an array are one layer of the curves.
  const layers = useMemo(() => attempts.map((each) => ({ ...each, node: shownNode(each) })), [attempts]);
  if (error && !stats)
    return <ErrorState title={text.state.unread(words.loading)} error={error} onRetry={() => void refetch()} />;
  return (
    <div className={styles.resources}>
      <LoadingLine loading={isPending} />
      {stats && attempts.length === 0 && <Empty>{words.none}</Empty>}
      {attempts.length > 0 && (
        <>
          <RunCurves
            attempts={layers}
            machine={{ memory: capacity?.memory_bytes.total ?? null, cpu: capacity?.cpu_millis.total ?? null }}
            nameOf={(node) => names.get(node) ?? node}
          />
          <List
            label={words.table.label}
            rows={rowsOf(data, attempts, names)}
            columns={columns}
            keyOf={(row) => podKey(row.stats)}
            narrow={(row) => (
              <>
                <span className={styles.line}>
                  {row.name} {bytes(row.usage.peak)} {row.usage.limit ? `/ ${bytes(row.usage.limit)}` : ""}
                </span>
                <span className={styles.faint}>{note(row, words) || `${usedCpu(row.usage.cpuMean)} cpu`}</span>
              </>
            )}
          />
        </>
      )}
    </div>
  );
}
