import { useMemo } from "react";
import { applyRuns, useEntities } from "../../api/entities";
import type { EntityKind, Place } from "../../base/kinds";
import { useQueryValues } from "../../base/query";
import { runsOf } from "../../feature/runs/use-rows";
import { useLive } from "../../live/use-live";
import { type Text, useText } from "../../text";
import { count } from "../../text/format";
import { Button } from "../../ui/Button";
import { Command } from "../../ui/Copy";
import { SearchBox } from "../../ui/Field";
import { Page } from "../../ui/Page";
import { Empty, ErrorState, LoadingLine } from "../../ui/States";
import styles from "./Entity.module.css";
import { EntityRows } from "./EntityRows";
import { fuzzy } from "./fuzzy";

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
  const { data, error, isPending, isPlaceholderData, refetch } = useEntities(place, kind, archived);
  useLive(`entities:${project}/${domain}`, { seq: undefined, loose: true, refetch });
  useLive(kind === "task" ? "images" : null, { seq: undefined, loose: true, refetch });
  useLive(`list:${project}/${domain}`, {
    seq: isPlaceholderData ? undefined : data?.seq,
    apply: (rows) => applyRuns(place, kind, runsOf(rows)),
    refetch,
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
  const title = titles(text, kind);
  return (
    <Page title={title} windowTitle={`${title} · ${text.place.pair(project, domain)}`}>
      <div className={styles.bar}>
        <SearchBox label={text.entities.search} value={search} onChange={(q) => change({ q })} width={280} delay={60} />
        {kind !== "launch_plan" && (
          <Button pressed={archived} onPress={() => change({ archived: archived ? null : 1 })}>
            {text.entities.archived}
          </Button>
        )}
        <span className={styles.right}>{data && count(rows.length)}</span>
      </div>
      <div>
        <LoadingLine loading={isPending} />
        {error && !data && <ErrorState title={text.state.unread(title)} error={error} onRetry={() => void refetch()} />}
        {data && rows.length === 0 && <Nothings kind={kind} place={place} filtered={search !== "" || archived} />}
        {rows.length > 0 && <EntityRows label={title} rows={rows} kind={kind} />}
      </div>
    </Page>
  );
}
