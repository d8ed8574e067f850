import type { Schedule } from "../../api/machine";
import { useSchedules } from "../../api/platform";
import { href } from "../../base/address";
import { ScheduleWords } from "../../feature/schedule/ScheduleWords";
import { type ScheduleActions, useScheduleActions } from "../../feature/schedule/use-actions";
import { useLive } from "../../live/use-live";
import { type Text, useText } from "../../text";
import { type MachineText, useMachineText } from "../../text/machine";
import { Nothing } from "../../ui/Amount";
import { Button } from "../../ui/Button";
import { Command } from "../../ui/Copy";
import { Link } from "../../ui/Link";
import { type Column, List, useColumns } from "../../ui/List";
import { Page } from "../../ui/Page";
import { Phase } from "../../ui/Phase";
import { Empty, ErrorState, LoadingLine } from "../../ui/States";
import { Time } from "../../ui/Time";
import styles from "./Schedules.module.css";

const planHref = (row: Schedule): string =>
  href.entity({ kind: "launch_plan", project: row.project, domain: row.domain, name: row.name }, { tab: "schedule" });

function State({ active }: { active: boolean }) {
  const { schedules } = useMachineText();
  return (
    <span className={styles.state}>
      <span className={styles.dot} data-paused={active ? undefined : ""} aria-hidden />
      {active ? schedules.isActive : schedules.isPaused}
    </span>
  );
}

function LastTick({ row }: { row: Schedule }) {
  const [tick] = row.history;
  if (!tick) return <Nothing />;
  return (
    <span className={styles.state}>
      {tick.phase && <Phase phase={tick.phase} bare />}
      <Time at={tick.at} />
    </span>
  );
}

function Missed({ row }: { row: Schedule }) {
  const { schedules } = useMachineText();
  if (row.made_up === 0 && row.missed === 0) return <>0</>;
  const parts = [
    row.made_up > 0 ? schedules.madeUp(row.made_up) : "",
    row.missed > 0 ? schedules.skipped(row.missed) : "",
  ].filter((part) => part !== "");
  return <span title={schedules.hint}>{parts.join(", ")}</span>;
}

function RowButtons({ row, actions }: { row: Schedule; actions: ScheduleActions }) {
  const { schedules } = useMachineText();
  return (
    <span className={`above-row-link ${styles.buttons}`}>
      <Button size="small" disabled={actions.off} onPress={() => actions.runNow(row)}>
        {schedules.runNow}
      </Button>
      <Button
        size="small"
        disabled={actions.off}
        onPress={() => (row.active ? actions.pause([row]) : actions.resume([row]))}
      >
        {row.active ? schedules.pause : schedules.resume}
      </Button>
    </span>
  );
}

function columnsOf(text: Text, { schedules }: MachineText, actions: ScheduleActions): Column<Schedule>[] {
  return [
    {
      id: "next",
      head: schedules.next,
      width: "112px",
      cell: (row) => <Time at={row.next[0]} />,
    },
    {
      id: "name",
      head: text.kind.launch_plan,
      width: "minmax(120px, 2fr)",
      cell: (row) => (
        <Link href={planHref(row)} className="row-link" title={text.place.pair(row.project, row.domain)} named>
          {row.name}
        </Link>
      ),
    },
    {
      id: "place",
      head: text.column.project,
      width: "minmax(120px, 1fr)",
      from: 1600,
      cell: (row) => <span translate="no">{text.place.pair(row.project, row.domain)}</span>,
    },
    {
      id: "every",
      head: schedules.every,
      width: "minmax(140px, 2fr)",
      cell: (row) => <ScheduleWords of={row} short />,
    },
    { id: "state", head: schedules.state, width: "84px", cell: (row) => <State active={row.active} /> },
    { id: "last", head: schedules.last, width: "136px", from: 1280, cell: (row) => <LastTick row={row} /> },
    { id: "missed", head: schedules.missed, width: "112px", from: 1280, cell: (row) => <Missed row={row} /> },
    { id: "act", head: "", width: "160px", cell: (row) => <RowButtons row={row} actions={actions} /> },
  ];
}

function AllButtons({ rows, actions }: { rows: Schedule[]; actions: ScheduleActions }) {
  const { schedules } = useMachineText();
  const active = rows.filter((row) => row.active).length;
  return (
    <>
      {active < rows.length && (
        <Button disabled={actions.off} onPress={() => actions.resume("all")}>
          {schedules.resumeAll}
        </Button>
      )}
      {active > 0 && (
        <Button disabled={actions.off} onPress={() => actions.pause("all")}>
          {schedules.pauseAll}
        </Button>
      )}
    </>
  );
}

function Rows({ rows, actions }: { rows: Schedule[]; actions: ScheduleActions }) {
  const text = useText();
  const machine = useMachineText();
  const columns = useColumns(columnsOf(text, machine, actions));
  return (
    <List
      label={text.nav.schedules}
      rows={rows}
      columns={columns}
      keyOf={(row) => `${row.project}/${row.domain}/${row.name}`}
      narrow={(row) => (
        <>
          <span className={styles.line}>
            <Link href={planHref(row)} className="row-link" named>
              {row.name.split(".").at(-1)}
            </Link>
            {row.active ? <Time at={row.next[0]} /> : <State active={false} />}
          </span>
          <ScheduleWords of={row} short />
        </>
      )}
    />
  );
}

/** All schedules of this machine, the next tick first, then those that are paused. */
export default function Schedules() {
  const text = useText();
  const { schedules } = useMachineText();
  const { data, error, isPending, refetch } = useSchedules();
  useLive("schedules", { seq: data?.seq, refetch });
  const actions = useScheduleActions(() => void refetch());
  const rows = data?.schedules ?? [];
  const paused = rows.filter((row) => !row.active).length;
  const counts = [schedules.active(rows.length - paused), ...(paused > 0 ? [schedules.paused(paused)] : [])];
  return (
    <Page
      title={text.nav.schedules}
      windowTitle={text.nav.schedules}
      beside={rows.length > 0 && <span>{counts.join(", ")}</span>}
      actions={rows.length > 0 && <AllButtons rows={rows} actions={actions} />}
    >
      <LoadingLine loading={isPending} />
      {error && !data && (
        <ErrorState title={text.state.unread(text.nav.schedules)} error={error} onRetry={() => void refetch()} />
      )}
      {data && rows.length === 0 && (
        <Empty
          next={
            <Command command={'LaunchPlan.get_or_create(wf, "nightly", schedule=CronSchedule(schedule="0 2 * * *"))'} />
          }
        >
          {text.schedules.empty}
        </Empty>
      )}
      {rows.length > 0 && <Rows rows={rows} actions={actions} />}
      {actions.failure}
    </Page>
  );
}
