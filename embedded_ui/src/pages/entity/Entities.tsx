import { useMemo } from "react";
import { useEntities } from "../../api/entities";
import type { EntityRow, LiteralTypeJson } from "../../api/types";
import { href } from "../../base/address";
import type { EntityKind, EntityName, Place } from "../../base/kinds";
import { useQueryValues } from "../../base/query";
import { typeText } from "../../feature/literal/read";
import { useLive } from "../../live/use-live";
import { type Text, useText } from "../../text";
import { count, duration } from "../../text/format";
import { Nothing } from "../../ui/Amount";
import { Bars } from "../../ui/Bars";
import { Button } from "../../ui/Button";
import { Command } from "../../ui/Copy";
import { SearchBox } from "../../ui/Field";
import { Image } from "../../ui/Identifier";
import { Link } from "../../ui/Link";
import { type Column, List, useColumns } from "../../ui/List";
import { Page } from "../../ui/Page";
import { phaseLook } from "../../ui/phases";
import { Empty, ErrorState, LoadingLine } from "../../ui/States";
import { Time } from "../../ui/Time";
import styles from "./Entity.module.css";
import { fuzzy } from "./fuzzy";

const nameOf = (row: EntityRow, kind: EntityKind): EntityName => ({
  kind,
  project: row.project,
  domain: row.domain,
  name: row.name,
});

/** The last runs as squares. */
export function Runs({ row, text }: { row: EntityRow; text: Text }) {
  if (row.strip.length === 0) return <Nothing />;
  const bars = [...row.strip]
    .sort((a, b) => (a.started_at ?? "").localeCompare(b.started_at ?? ""))
    .map((entry) => {
      const phase = text.phase[phaseLook(entry.phase).word];
      const length = entry.duration_ms ?? 0;
      return {
        id: entry.id,
        phase: entry.phase,
        duration: length,
        label: text.executions.bar(entry.id, phase, duration(length)),
        href: href.execution({ project: row.project, domain: row.domain, name: entry.id }),
      };
    });
  return <Bars even bars={bars} label={text.entities.strip(row.name)} />;
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
          <Image reference={row.image} />
          {row.image_state === "missing" && <span className={styles.missing}> {text.entities.missingImage}</span>}
        </span>
      ) : (
        <Nothing />
      ),
  };
}

function planColumns(text: Text): Column<EntityRow>[] {
  const schedule = (row: EntityRow) => (row.schedule ?? {}) as { expression?: string; active?: boolean; next?: string };
  return [
    {
      id: "schedule",
      head: text.column.schedule,
      width: "minmax(120px, 1fr)",
      cell: (row) => schedule(row).expression ?? <Nothing />,
    },
    {
      id: "next",
      head: text.column.next,
      width: "120px",
      from: 1280,
      cell: (row) => <Time at={schedule(row).next} />,
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

const titles = (text: Text, kind: EntityKind): string =>
  ({ task: text.nav.tasks, workflow: text.nav.workflows, launch_plan: text.nav.launchPlans })[kind];

function Nothings({ kind, place, filtered }: { kind: EntityKind; place: Place; filtered: boolean }) {
  const text = useText();
  const [, change] = useQueryValues();
  if (filtered)
    return (
      <Empty next={<Button onPress={() => change({ q: null, archived: null })}>{text.act.clear}</Button>}>
        {text.entities.filtered}
      </Empty>
    );
  const { emptyTasks, emptyWorkflows, emptyPlans } = text.entities;
  return (
    <Empty
      next={
        <>
          <Command command="pyflyte --pkgs PKG package --image IMAGE -f" />
          <Command
            command={`flytectl register files --project ${place.project} --domain ${place.domain} --archive flyte-package.tgz --version v1`}
          />
        </>
      }
    >
      {{ task: emptyTasks, workflow: emptyWorkflows, launch_plan: emptyPlans }[kind]}
    </Empty>
  );
}

/** All tasks, workflows or launch plans of a project and domain. */
export default function Entities({ address }: { address: Place & { kind: EntityKind } }) {
  const text = useText();
  const { kind, project, domain } = address;
  const place = { project, domain };
  const [query, change] = useQueryValues();
  const archived = query.get("archived") === "1";
  const { data, error, isPending, refetch } = useEntities(place, kind, archived);
  useLive(`entities:${project}/${domain}`, {
    seq: undefined,
    loose: true,
    apply: () => void refetch(),
    refetch: () => void refetch(),
  });
  const search = query.get("q") ?? "";
  const rows = useMemo(
    () =>
      fuzzy(
        (data?.entities ?? []).filter((row) => row.archived === archived),
        search,
        ({ name }) => name,
      ),
    [data, archived, search],
  );
  const columns = useColumns(columnsOf(text, kind));
  const title = titles(text, kind);
  return (
    <Page title={title} windowTitle={`${title} · ${text.place.pair(project, domain)}`}>
      <div className={styles.bar}>
        <SearchBox label={text.entities.search} value={search} onChange={(q) => change({ q })} width={280} delay={60} />
        <Button pressed={archived} onPress={() => change({ archived: archived ? null : 1 })}>
          {text.entities.archived}
        </Button>
        <span className={styles.right}>{data && count(rows.length)}</span>
      </div>
      <div>
        <LoadingLine loading={isPending} />
        {error && !data && <ErrorState title={text.state.unread(title)} error={error} onRetry={() => void refetch()} />}
        {data && rows.length === 0 && <Nothings kind={kind} place={place} filtered={search !== "" || archived} />}
        {rows.length > 0 && (
          <List
            label={title}
            rows={rows}
            columns={columns}
            keyOf={({ name }) => name}
            narrow={(row) => <NarrowRow row={row} kind={kind} />}
          />
        )}
      </div>
    </Page>
  );
}
