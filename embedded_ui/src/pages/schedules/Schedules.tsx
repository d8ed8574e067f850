import { useSchedules } from "../../api/platform";
import type { ScheduleList } from "../../api/types";
import { href } from "../../base/address";
import { useLive } from "../../live/use-live";
import { useText } from "../../text";
import { Command } from "../../ui/Copy";
import { Link } from "../../ui/Link";
import { type Column, List, useColumns } from "../../ui/List";
import { Page } from "../../ui/Page";
import { Empty, ErrorState, LoadingLine } from "../../ui/States";
import { Time } from "../../ui/Time";

type Row = ScheduleList["schedules"][number];

const planHref = (row: Row): string =>
  href.entity({ kind: "launch_plan", project: row.project, domain: row.domain, name: row.name }, { tab: "schedule" });

/** All schedules of this machine, the next tick first. */
export default function Schedules() {
  const text = useText();
  const { data, error, isPending, refetch } = useSchedules();
  useLive("schedules", {
    seq: data?.seq,
    apply: () => void refetch(),
    refetch: () => void refetch(),
  });
  const all: Column<Row>[] = [
    { id: "next", head: text.column.next, width: "160px", cell: (row) => <Time at={row.next[0]} as="detail" /> },
    {
      id: "name",
      head: text.kind.launch_plan,
      width: "minmax(160px, 2fr)",
      cell: (row) => (
        <Link href={planHref(row)} className="row-link">
          {row.name}
        </Link>
      ),
    },
    {
      id: "place",
      head: text.column.project,
      width: "minmax(120px, 1fr)",
      from: 1280,
      cell: (row) => text.place.pair(row.project, row.domain),
    },
    {
      id: "schedule",
      head: text.column.schedule,
      width: "minmax(120px, 1fr)",
      cell: (row) => <code title={row.zone}>{row.expression}</code>,
    },
    { id: "last", head: text.column.lastRun, width: "128px", cell: (row) => <Time at={row.last} /> },
  ];
  const columns = useColumns(all);
  return (
    <Page title={text.nav.schedules} windowTitle={text.nav.schedules}>
      <LoadingLine loading={isPending} />
      {error && !data && (
        <ErrorState title={text.state.unread(text.nav.schedules)} error={error} onRetry={() => void refetch()} />
      )}
      {data?.schedules.length === 0 && (
        <Empty
          next={
            <Command command={'LaunchPlan.get_or_create(wf, "nightly", schedule=CronSchedule(schedule="0 2 * * *"))'} />
          }
        >
          {text.schedules.empty}
        </Empty>
      )}
      {data && data.schedules.length > 0 && (
        <List
          label={text.nav.schedules}
          rows={data.schedules}
          columns={columns}
          keyOf={(row) => `${row.project}/${row.domain}/${row.name}`}
          narrow={(row) => (
            <>
              <Link href={planHref(row)} className="row-link">
                {row.name}
              </Link>
              <span>
                <code>{row.expression}</code> · <Time at={row.next[0]} />
              </span>
            </>
          )}
        />
      )}
    </Page>
  );
}
