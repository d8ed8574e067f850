import { useState } from "react";
import { client } from "../../api/client";
import { archiveEntity } from "../../api/entities";
import { schedulesKey } from "../../api/platform";
import type { EntityRow, LiteralTypeJson } from "../../api/types";
import { href } from "../../base/address";
import type { EntityKind, EntityName } from "../../base/kinds";
import { typeText } from "../../feature/literal/read";
import { barsOf } from "../../feature/runs/bars";
import { useLive, useReachable } from "../../live/use-live";
import { type Text, useText } from "../../text";
import { count } from "../../text/format";
import { Nothing } from "../../ui/Amount";
import { Bars } from "../../ui/Bars";
import { copyText } from "../../ui/clipboard";
import { Image } from "../../ui/Identifier";
import { Link } from "../../ui/Link";
import { type Column, List, useColumns } from "../../ui/List";
import { later } from "../../ui/later";
import { MenuAt, type MenuEntry } from "../../ui/Menu";
import { menuColumn, type RowMenu } from "../../ui/RowMenu";
import { Time } from "../../ui/Time";
import { useAct } from "../../ui/use-act";
import styles from "./Entity.module.css";

const PlanWhen = later(() => import("./PlanWhen"));

const nameOf = (row: EntityRow, kind: EntityKind): EntityName => ({
  kind,
  project: row.project,
  domain: row.domain,
  name: row.name,
});

/** The last runs as squares. */
export function Runs({ row, text }: { row: EntityRow; text: Text }) {
  if (row.strip.length === 0) return <Nothing />;
  return <Bars even bars={barsOf(text, row, row.strip)} label={text.entities.strip(row.name)} />;
}

function typed(of: unknown): string {
  const { name = "", type } = of as { name?: string; type?: LiteralTypeJson };
  return `${name} ${typeText(type)}`.trim();
}

const signature = (row: EntityRow): string =>
  `(${row.inputs.map(typed).join(", ")}) → ${row.outputs.map(typed).join(", ") || "()"}`;

function columnsOf(text: Text, kind: EntityKind): Column<EntityRow>[] {
  const name: Column<EntityRow> = {
    id: "name",
    head: text.column.name,
    width: "minmax(200px, 2fr)",
    cell: (row) => {
      const at = row.name.lastIndexOf(".");
      return (
        <span className={styles.name} title={row.name}>
          <Link href={href.entity(nameOf(row, kind))} className={`row-link ${styles.last}`}>
            {row.name.slice(at + 1)}
          </Link>
          {at > 0 && <span className={styles.module}>{row.name.slice(0, at)}</span>}
        </span>
      );
    },
  };
  const common: Column<EntityRow>[] = [
    name,
    { id: "runs", head: text.column.last10, width: "120px", cell: (row) => <Runs row={row} text={text} /> },
    {
      id: "last",
      head: text.column.lastRun,
      width: "112px",
      cell: (row) => (row.last_run ? <Time at={row.last_run} as="ago" /> : <Nothing />),
    },
  ];
  if (kind === "launch_plan") return [...common, ...planColumns(text)];
  return [
    ...common,
    {
      id: "versions",
      head: text.column.versions,
      width: "64px",
      numeric: true,
      cell: (row) => <span title={text.entities.newest(row.newest)}>{count(row.versions)}</span>,
    },
    {
      id: "interface",
      head: text.column.interface,
      width: "minmax(120px, 2fr)",
      from: 1280,
      cell: (row) => (
        <span translate="no" title={signature(row)}>
          {signature(row)}
        </span>
      ),
    },
    ...(kind === "task" ? [imageColumn(text)] : []),
  ];
}

function imageColumn(text: Text): Column<EntityRow> {
  return {
    id: "image",
    head: text.column.image,
    width: "minmax(120px, 1fr)",
    from: 1280,
    cell: (row) =>
      row.image ? (
        <span>
          {row.image_state === "missing" && <span className={styles.missing}>{text.entities.missingImage} </span>}
          <Image reference={row.image} />
        </span>
      ) : (
        <Nothing />
      ),
  };
}

function planColumns(text: Text): Column<EntityRow>[] {
  return [
    {
      id: "schedule",
      head: text.column.schedule,
      width: "minmax(160px, 2fr)",
      cell: (row) => (row.schedule ? <PlanWhen row={row} show="words" /> : <Nothing />),
    },
    {
      id: "state",
      head: text.column.state,
      width: "72px",
      cell: (row) => (row.schedule ? <PlanWhen row={row} show="state" /> : <Nothing />),
    },
    {
      id: "next",
      head: text.column.next,
      width: "120px",
      from: 1280,
      cell: (row) => (row.schedule ? <PlanWhen row={row} show="next" /> : <Nothing />),
    },
  ];
}

function NarrowRow({ row, kind }: { row: EntityRow; kind: EntityKind }) {
  const text = useText();
  const at = row.name.lastIndexOf(".");
  return (
    <>
      <span className={styles.line}>
        <Link href={href.entity(nameOf(row, kind))} className={`row-link ${styles.last}`}>
          {row.name.slice(at + 1)}
        </Link>
        <span className={styles.right}>
          <Runs row={row} text={text} />
        </span>
      </span>
      <span className={styles.module}>{row.name.slice(0, Math.max(0, at))}</span>
    </>
  );
}

interface EntityRowsProps {
  label: string;
  rows: EntityRow[];
  kind: EntityKind;
}

/** A table of tasks, workflows or launch plans. */
export function EntityRows({ label, rows, kind }: EntityRowsProps) {
  const text = useText();
  const reachable = useReachable();
  const { act, busy, failure } = useAct();
  const readSchedules = () => void client.invalidateQueries({ queryKey: schedulesKey });
  useLive(kind === "launch_plan" ? "schedules" : null, {
    seq: undefined,
    loose: true,
    apply: readSchedules,
    refetch: readSchedules,
  });
  const [menu, setMenu] = useState<RowMenu<EntityRow> | null>(null);
  const actions = (row: EntityRow): MenuEntry[] => [
    { id: "launch", label: text.act.launch, href: href.launch(nameOf(row, kind)) },
    { id: "name", label: text.act.copyOf(row.name), onAction: () => void copyText(row.name) },
    // The platform has no such state for launch plans.
    ...(kind === "launch_plan"
      ? []
      : [
          {
            id: "archive",
            label: row.archived ? text.act.unarchive : text.act.archive,
            disabled: !reachable || busy,
            onAction: () => act(row.name, () => archiveEntity(nameOf(row, kind), !row.archived)),
          },
        ]),
  ];
  const columns = useColumns([...columnsOf(text, kind), menuColumn<EntityRow>(text, ({ name }) => name, setMenu)]);
  return (
    <>
      <List
        label={label}
        rows={rows}
        columns={columns}
        keyOf={({ name }) => name}
        narrow={(row) => <NarrowRow row={row} kind={kind} />}
      />
      {menu && <MenuAt at={menu.at} label={menu.row.name} items={actions(menu.row)} onClose={() => setMenu(null)} />}
      {failure}
    </>
  );
}
