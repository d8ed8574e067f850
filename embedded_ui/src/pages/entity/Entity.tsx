import { archiveEntity, useArchived, useEntities, useVersion, useVersions, type Version } from "../../api/entities";
import type { EntityName } from "../../base/kinds";
import { useQueryValues } from "../../base/query";
import { Signature } from "../../feature/literal/Interface";
import { barsOf } from "../../feature/runs/bars";
import { useLive, useReachable } from "../../live/use-live";
import { type Text, useText } from "../../text";
import { count, duration } from "../../text/format";
import { Bars } from "../../ui/Bars";
import { later } from "../../ui/later";
import { MoreMenu } from "../../ui/Menu";
import { Facts, Page } from "../../ui/Page";
import { hasEnded } from "../../ui/phases";
import { Empty, ErrorState, LoadingLine } from "../../ui/States";
import { Tabs } from "../../ui/Tabs";
import { Time } from "../../ui/Time";
import { useAct } from "../../ui/use-act";
import { LaunchButton } from "../launch/LaunchButton";
import styles from "./Entity.module.css";
import { EntityRows } from "./EntityRows";
import { EntityRuns, useEntityRuns } from "./EntityRuns";
import { Plan } from "./Plan";
import { TaskSettings } from "./TaskSettings";
import { Versions } from "./Versions";

/** The last runs as bars, with the median and the share that succeeded. */
function LastRuns({ runs, entity }: { runs: ReturnType<typeof useEntityRuns>; entity: EntityName }) {
  const text = useText();
  const rows = runs.rows.slice(0, 50);
  if (rows.length === 0) return null;
  const ended = rows.filter(({ phase }) => hasEnded(phase));
  const succeeded = ended.filter(({ phase }) => phase === "SUCCEEDED");
  const lengths = succeeded.map(({ duration_ms }) => duration_ms ?? 0).sort((a, b) => a - b);
  const median = lengths[Math.floor(lengths.length / 2)];
  return (
    <div className={styles.lastRuns}>
      <Bars bars={barsOf(text, entity, rows)} label={text.entities.strip(entity.name)} />
      <span className={styles.muted}>
        {[
          median === undefined ? "" : text.entities.median(duration(median)),
          ended.length > 0 ? text.entities.success(succeeded.length, ended.length) : "",
        ]
          .filter((part) => part !== "")
          .join(" · ")}
      </span>
    </div>
  );
}

function Head({ versions }: { versions: Version[] }) {
  const text = useText();
  const newest = versions[0];
  if (!newest) return null;
  return (
    <Facts
      facts={[
        { id: "in", label: text.entities.inputs, value: <Signature variables={newest.inputs} /> },
        { id: "out", label: text.entities.outputs, value: <Signature variables={newest.outputs} /> },
        {
          id: "versions",
          label: text.column.versions,
          value: (
            <>
              {count(versions.length)}, {text.entities.newest(newest.version)}, <Time at={newest.createdAt} as="ago" />
            </>
          ),
        },
      ]}
    />
  );
}

const WorkflowGraph = later(() => import("./WorkflowGraph"), <LoadingLine loading />);

/** The graph of the newest version, which lists of versions do not carry. */
function NewestGraph({ entity, version }: { entity: EntityName; version: string }) {
  const text = useText();
  const { data, error, isPending, refetch } = useVersion(entity, version);
  if (error) return <ErrorState title={text.state.unread(version)} error={error} onRetry={() => void refetch()} />;
  return (
    <>
      <LoadingLine loading={isPending} />
      {data && <WorkflowGraph place={entity} version={data} />}
    </>
  );
}

/** The launch plans that run a workflow. */
function PlansOfWorkflow({ workflow }: { workflow: EntityName }) {
  const text = useText();
  const { data, error, isPending, refetch } = useEntities(workflow, "launch_plan", false);
  const rows = data?.entities.filter((row) => row.workflow === workflow.name) ?? [];
  return (
    <>
      <LoadingLine loading={isPending} />
      {error && !data && (
        <ErrorState title={text.state.unread(text.tab.launchPlans)} error={error} onRetry={() => void refetch()} />
      )}
      {data && rows.length === 0 && <Empty>{text.entities.emptyPlans}</Empty>}
      {rows.length > 0 && <EntityRows label={text.tab.launchPlans} rows={rows} kind="launch_plan" />}
    </>
  );
}

function More({ of, archived }: { of: EntityName; archived: boolean }) {
  const text = useText();
  const reachable = useReachable();
  const { act, busy, failure } = useAct();
  return (
    <>
      <MoreMenu
        items={[
          {
            id: "archive",
            label: archived ? text.act.unarchive : text.act.archive,
            disabled: !reachable || busy,
            onAction: () => act(of.name, () => archiveEntity(of, !archived)),
          },
        ]}
      />
      {failure}
    </>
  );
}

type TabId = "executions" | "versions" | "graph" | "plans" | "source" | "schedule";

function tabsOf(text: Text, { kind }: EntityName, versions: Version[]) {
  return [
    { id: "executions", label: text.tab.executions },
    ...(kind === "workflow" ? [{ id: "graph", label: text.tab.graph }] : []),
    { id: "versions", label: text.tab.versions, count: versions.length },
    ...(kind === "workflow" ? [{ id: "plans", label: text.tab.launchPlans }] : []),
    ...(kind === "task" ? [{ id: "source", label: text.tab.source }] : []),
    ...(kind === "launch_plan" ? [{ id: "schedule", label: text.tab.schedule }] : []),
  ];
}

/** A task, a workflow or a launch plan: what it takes and gives, its runs, its versions. */
export default function Entity({ address }: { address: EntityName }) {
  const text = useText();
  const { kind, project, domain, name } = address;
  const entity = { kind, project, domain, name };
  const [query, change] = useQueryValues();
  const { data: versions, error, isPending, refetch } = useVersions(entity);
  useLive(`entities:${project}/${domain}`, {
    seq: undefined,
    loose: true,
    apply: (rows) => rows.some(({ row }) => row["name"] === name),
    refetch,
  });
  const { data: archived } = useArchived(entity);
  const runs = useEntityRuns(entity);
  const tab = (query.get("tab") ?? "executions") as TabId;
  const tabs = tabsOf(text, entity, versions ?? []);
  const known = tabs.some(({ id }) => id === tab) ? tab : "executions";
  const newest = versions?.[0];
  return (
    <Page
      title={name}
      windowTitle={name}
      mono
      beside={
        <>
          <span>{text.kind[kind]}</span>
          {archived && <span>{text.entities.archived}</span>}
        </>
      }
      actions={
        newest && (
          <>
            <LaunchButton of={entity} />
            {archived !== undefined && <More of={entity} archived={archived} />}
          </>
        )
      }
    >
      <LoadingLine loading={isPending} />
      {error && !versions && (
        <ErrorState title={text.state.unread(name)} error={error} onRetry={() => void refetch()} />
      )}
      {versions?.length === 0 && <Empty>{text.entities.unknown(text.kindSmall[kind], name)}</Empty>}
      {newest && (
        <>
          {newest.description && <p className={styles.description}>{newest.description}</p>}
          <Head versions={versions} />
          <LastRuns runs={runs} entity={entity} />
          <Tabs
            label={name}
            items={tabs}
            selected={known}
            onSelect={(id) => change({ tab: id === "executions" ? null : id })}
          >
            <div className={styles.tab}>
              {known === "executions" && <EntityRuns runs={runs} label={text.entities.lastRuns} />}
              {known === "graph" && <NewestGraph entity={entity} version={newest.version} />}
              {known === "versions" && <Versions entity={entity} versions={versions} />}
              {known === "plans" && <PlansOfWorkflow workflow={entity} />}
              {known === "source" && <TaskSettings entity={entity} version={newest} />}
              {known === "schedule" && <Plan versions={versions} entity={entity} onChange={() => void refetch()} />}
            </div>
          </Tabs>
        </>
      )}
    </Page>
  );
}
