import { useCallback, useEffect, useRef } from "react";
import { ServerError } from "../../api/rest";
import { useLocate, useRun } from "../../api/runs";
import type { Run } from "../../api/types";
import { href } from "../../base/address";
import type { RunName } from "../../base/kinds";
import { useQueryValues } from "../../base/query";
import { useKeys } from "../../base/use-keys";
import { shownPhase } from "../../feature/runs/ExecutionRows";
import { type Text, useText } from "../../text";
import { Link } from "../../ui/Link";
import { later } from "../../ui/later";
import { Page } from "../../ui/Page";
import { Phase } from "../../ui/Phase";
import { phaseLook } from "../../ui/phases";
import { Boundary, Empty, ErrorState, LoadingLine } from "../../ui/States";
import { Tabs } from "../../ui/Tabs";
import { Actions } from "./Actions";
import { ErrorBox } from "./ErrorBox";
import styles from "./Execution.module.css";
import { Meta } from "./Meta";
import { NodesTab } from "./nodes/NodesTab";
import { Progress } from "./Progress";
import { Panel } from "./panel/Panel";
import { aboutNode, useSelection } from "./panel/selection";
import { Story } from "./Story";
import { StoryActions } from "./StoryActions";
import { EventsTab } from "./tabs/EventsTab";
import { SpecTab } from "./tabs/SpecTab";
import { ValuesTab } from "./tabs/ValuesTab";
import { useRunLive } from "./use-run-live";

const GraphTab = later(() => import("./graph/GraphTab"), <LoadingLine loading />);
const LogsTab = later(() => import("./tabs/LogsTab"), <LoadingLine loading />);
const ResourcesTab = later(() => import("./tabs/ResourcesTab"), <LoadingLine loading />);

const TABS = ["nodes", "graph", "values", "logs", "resources", "events", "spec"] as const;
type TabId = (typeof TABS)[number];

const tabsOf = (text: Text) => TABS.map((id) => ({ id, label: text.tab[id] }));

/** The run is not here: where it is, and the way to the list. */
function Gone({ run }: { run: RunName }) {
  const text = useText();
  const { data } = useLocate(run.name, true);
  const found = data?.executions ?? [];
  const message = text.execution.unknown(run.name, text.place.pair(run.project, run.domain));
  return (
    <Page title={run.name} windowTitle={run.name} mono>
      <Empty
        next={
          <>
            {found.length > 0 && <span>{text.execution.elsewhere}</span>}
            {found.map((each) => (
              <Link key={`${each.project}/${each.domain}`} href={href.execution(each)}>
                {text.place.pair(each.project, each.domain)}
              </Link>
            ))}
            <Link href={href.executions(run)}>{text.nav.executions}</Link>
          </>
        }
      >
        {message}
      </Empty>
    </Page>
  );
}

function Tab({ tab, run, data }: { tab: TabId; run: RunName; data: Run }) {
  switch (tab) {
    case "graph":
      return <GraphTab run={run} data={data} />;
    case "values":
      return <ValuesTab run={run} data={data} />;
    case "logs":
      return <LogsTab run={run} data={data} />;
    case "resources":
      return <ResourcesTab run={run} data={data} />;
    case "events":
      return <EventsTab run={run} data={data} />;
    case "spec":
      return <SpecTab run={run} />;
    default:
      return <NodesTab run={run} data={data} />;
  }
}

function Shown({ run, data }: { run: RunName; data: Run }) {
  const text = useText();
  const [query, change] = useQueryValues();
  const { execution, story } = data;
  const asked = query.get("tab");
  const tab: TabId = TABS.find((id) => id === asked) ?? "nodes";
  const phase = shownPhase(execution);
  const name = execution.what.name.split(".").at(-1) ?? execution.what.name;
  const selection = useSelection(run, data, query);
  const failure = data.nodes.find(({ id }) => id === (story.array ?? story.node))?.error;
  const error = failure ?? (execution.error ? { ...execution.error, message: execution.error.line } : null);
  useEffect(() => {
    document.title = `${phaseLook(phase).sign} ${name} · ${run.name} · sandbox`;
  }, [phase, name, run.name]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: of the address that the page came with
  useEffect(() => {
    if (query.has("panel") && !query.has("node")) change({ node: aboutNode(data) });
  }, []);
  const looked = useRef<string | null>(null); // the node whose panel is open, or was
  looked.current = query.get("node") ?? looked.current;
  useKeys("]", () => {
    if (selection) close();
    else change({ node: looked.current ?? aboutNode(data) ?? data.nodes.find(({ kind }) => kind !== "start")?.id });
  });
  const close = useCallback(() => change({ node: null, item: null, attempt: null, panel: null, line: null }), [change]);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const inField = event.target instanceof HTMLElement && event.target.closest("input, textarea, [role=dialog]");
      if (event.key === "Escape" && !event.defaultPrevented && !inField) close();
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, [close]);
  return (
    <div className={styles.split} data-panel={selection ? "" : undefined}>
      <div>
        <div className={styles.top}>
          <header className={styles.head}>
            <h1 className={styles.title} title={execution.what.name}>
              {name}
            </h1>
            <Phase phase={phase} badge />
            <Actions run={run} data={data} />
          </header>
          <Progress phase={phase} nodes={execution.nodes} />
          <Story run={run} execution={execution} story={story} nodes={data.nodes} />
          <StoryActions run={run} data={data} />
          <Meta execution={execution} />
          {error && phaseLook(phase).group === "bad" && <ErrorBox error={error} story={story} />}
        </div>
        <div className={styles.main}>
          <Tabs
            label={name}
            items={tabsOf(text)}
            selected={tab}
            onSelect={(id) => change({ tab: id === "nodes" ? null : id }, { push: true })}
          >
            <div className={styles.tabContent}>
              <Boundary of={tab}>
                <Tab tab={tab} run={run} data={data} />
              </Boundary>
            </div>
          </Tabs>
        </div>
      </div>
      {selection && <Panel page={run} selection={selection} onClose={close} />}
    </div>
  );
}

/** One run: what happened in a sentence, the evidence, and what can be done. */
export default function Execution({ address }: { address: RunName }) {
  const text = useText();
  const { project, domain, name } = address;
  const run = { project, domain, name };
  const { data, error, isPending, refetch } = useRun(run);
  useRunLive(run, data, refetch);
  if (error instanceof ServerError && error.status === 404 && !data) return <Gone run={run} />;
  if (data) return <Shown key={name} run={run} data={data} />;
  return (
    <Page title={name} windowTitle={name} mono>
      <LoadingLine loading={isPending} />
      {error && <ErrorState title={text.state.unread(name)} error={error} onRetry={() => void refetch()} />}
    </Page>
  );
}
