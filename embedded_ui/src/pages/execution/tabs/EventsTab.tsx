import { useEffect } from "react";
import { useRunEvents } from "../../../api/runs";
import type { RunEvents } from "../../../api/types";
import type { RunName } from "../../../base/kinds";
import { useQueryValues } from "../../../base/query";
import { useThrottled } from "../../../base/use-throttled";
import { useText } from "../../../text";
import { SearchBox } from "../../../ui/Field";
import { type Column, List } from "../../../ui/List";
import { Phase } from "../../../ui/Phase";
import { Empty, ErrorState, LoadingLine } from "../../../ui/States";
import { Time } from "../../../ui/Time";
import styles from "./Tabs.module.css";

type Event = RunEvents["events"][number] & { place: number };

const nodeOf = (event: Event): string => (event.node ?? "") + (event.item === undefined ? "" : `[${event.item}]`);

/** So often they are read again at most: all of them are, page by page. */
const AGAIN_MS = 1000;

/** Every phase change and reason of a run, in order; read again when `rev`, what is known of the run, has grown. */
export function EventsTab({ run, rev }: { run: RunName; rev: number }) {
  const text = useText();
  const [query, change] = useQueryValues();
  const { data, error, isPending, refetch, hasNextPage, fetchNextPage } = useRunEvents(run);
  const known = useThrottled(rev, AGAIN_MS);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the run has changed since
  useEffect(() => {
    if (data) void refetch();
  }, [known]);
  if (error)
    return <ErrorState title={text.state.unread(text.tab.events)} error={error} onRetry={() => void refetch()} />;
  const search = (query.get("q") ?? "").toLowerCase();
  const all: Event[] = (data?.pages ?? []).flatMap(({ events }) => events).map((event, place) => ({ ...event, place }));
  const rows = all.filter((event) => `${nodeOf(event)} ${event.text}`.toLowerCase().includes(search));
  const columns: Column<Event>[] = [
    { id: "at", head: text.column.started, width: "88px", cell: (event) => <Time at={event.at} /> },
    {
      id: "phase",
      head: text.column.phase,
      width: "124px",
      cell: (event) => (event.phase ? <Phase phase={event.phase} /> : null),
    },
    { id: "node", head: text.column.node, width: "140px", cell: (event) => nodeOf(event) },
    {
      id: "text",
      head: text.column.why,
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
                {event.phase && <Phase phase={event.phase} />} {nodeOf(event)} <Time at={event.at} />
              </span>
              <span className={styles.faint}>{event.text}</span>
            </>
          )}
        />
      )}
    </div>
  );
}
