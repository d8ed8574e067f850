import { useEffect, useMemo } from "react";
import { useRunEvents } from "../../../api/runs";
import type { Run, RunEvents } from "../../../api/types";
import { href } from "../../../base/address";
import type { RunName } from "../../../base/kinds";
import { useQueryValues } from "../../../base/query";
import { useThrottled } from "../../../base/use-throttled";
import { useText } from "../../../text";
import { SearchBox } from "../../../ui/Field";
import { Link } from "../../../ui/Link";
import { type Column, List } from "../../../ui/List";
import { Phase } from "../../../ui/Phase";
import { Empty, ErrorState, LoadingLine } from "../../../ui/States";
import { Time } from "../../../ui/Time";
import { attemptName, nodeNames } from "./attempts";
import styles from "./Tabs.module.css";

type Event = RunEvents["events"][number] & { place: number };

/** "train", "shard[7]"; empty of what is of the whole run. */
const nodeOf = (names: Map<string, string>, { node, item, array }: Event): string =>
  node === undefined ? "" : attemptName(names, { node, item, array, attempt: 0 }, false);

/** So often they are read again at most: all of them are, page by page. */
const AGAIN_MS = 1000;

/** Every phase change and reason of a run, in order; read again when more is known of the run. */
export function EventsTab({ run, data: whole }: { run: RunName; data: Run }) {
  const text = useText();
  const [query, change] = useQueryValues();
  const { data, error, isPending, refetch, hasNextPage, fetchNextPage } = useRunEvents(run);
  const known = useThrottled(whole.rev, AGAIN_MS);
  const names = useMemo(() => nodeNames(whole), [whole]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the run has changed since
  useEffect(() => {
    if (data) void refetch();
  }, [known]);
  if (error)
    return <ErrorState title={text.state.unread(text.tab.events)} error={error} onRetry={() => void refetch()} />;
  const search = (query.get("q") ?? "").toLowerCase();
  const all: Event[] = (data?.pages ?? []).flatMap(({ events }) => events).map((event, place) => ({ ...event, place }));
  const rows = all.filter((event) =>
    `${nodeOf(names, event)} ${event.node ?? ""} ${event.text}`.toLowerCase().includes(search),
  );
  const columns: Column<Event>[] = [
    { id: "at", head: text.column.at, width: "88px", cell: (event) => <Time at={event.at} /> },
    {
      id: "phase",
      head: text.column.phase,
      width: "124px",
      cell: (event) => (event.phase ? <Phase phase={event.phase} /> : null),
    },
    {
      id: "node",
      head: text.column.node,
      width: "minmax(140px, 220px)",
      cell: (event) => {
        const { node, item, array } = event;
        if (node === undefined) return null;
        return (
          <Link href={href.execution(run, { tab: "events", node: array ?? node, item })}>{nodeOf(names, event)}</Link>
        );
      },
    },
    {
      id: "text",
      head: text.column.happened,
      width: "minmax(0, 1fr)",
      cell: (event) => <span title={event.text}>{event.text}</span>,
    },
  ];
  return (
    <div className={styles.events}>
      <SearchBox label={text.execution.nodes.search} value={query.get("q") ?? ""} onChange={(q) => change({ q })} />
      <LoadingLine loading={isPending} />
      {data && rows.length === 0 && <Empty>{text.execution.nodes.none}</Empty>}
      {rows.length > 0 && (
        <List
          label={text.execution.events}
          rows={rows}
          columns={columns}
          keyOf={(event) => String(event.place)}
          {...(hasNextPage ? { onEnd: () => void fetchNextPage() } : {})}
          narrow={(event) => (
            <>
              <span className={styles.line}>
                {event.phase && <Phase phase={event.phase} />} {nodeOf(names, event)} <Time at={event.at} />
              </span>
              <span className={styles.faint}>{event.text}</span>
            </>
          )}
        />
      )}
    </div>
  );
}
