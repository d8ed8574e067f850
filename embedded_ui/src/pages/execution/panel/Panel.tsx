import { X } from "lucide-react";
import { useRef } from "react";
import { href } from "../../../base/address";
import type { RunName } from "../../../base/kinds";
import { setPreferences, usePreferences } from "../../../base/preferences";
import { useQueryValues } from "../../../base/query";
import { nodeKind } from "../../../feature/runs/kinds";
import { type Text, useText } from "../../../text";
import { Button } from "../../../ui/Button";
import { Link } from "../../../ui/Link";
import { later } from "../../../ui/later";
import { Phase } from "../../../ui/Phase";
import { Dialog } from "../../../ui/Popover";
import { Boundary, LoadingLine } from "../../../ui/States";
import { Tabs } from "../../../ui/Tabs";
import { useWide } from "../../../ui/width";
import { runText } from "../nodes/tree";
import { RaiseMemory } from "../raise/RaiseMemory";
import { Attempts } from "./Attempts";
import { Gate, isWaitingGate } from "./Gate";
import { Items } from "./Items";
import { NodeLogs } from "./NodeLogs";
import { NodeSpec } from "./NodeSpec";
import { NodeUsage } from "./NodeUsage";
import { NodeInputs, NodeOutputs } from "./NodeValues";
import styles from "./Panel.module.css";
import type { Selection } from "./selection";

const NodeDeck = later(() => import("./NodeDeck"));

type PanelTab = "items" | "attempts" | "logs" | "inputs" | "outputs" | "deck" | "resources" | "spec";

const hasItems = ({ node, item }: Selection): boolean => item === null && (node.items?.total ?? 0) > 0;

/** What a panel shows first: the log while something runs or has failed, else what came out. */
function defaultTab(selection: Selection): PanelTab {
  const { phase, attempts } = selection;
  if (hasItems(selection) && phase !== "SUCCEEDED") return "items";
  if (phase === "SUCCEEDED" || phase === "CACHED" || phase === "RECOVERED") return "outputs";
  return attempts.some(({ pod }) => pod) ? "logs" : "inputs";
}

function tabsOf(text: Text, selection: Selection) {
  const { attempts, node } = selection;
  const tabs: { id: PanelTab; label: string; count?: number }[] = [];
  if (hasItems(selection)) tabs.push({ id: "items", label: text.tab.items, count: node.items?.total ?? 0 });
  if (attempts.length > 0 || node.kind === "task")
    tabs.push({ id: "attempts", label: text.tab.attempts, ...(attempts.length > 1 ? { count: attempts.length } : {}) });
  if (attempts.some(({ pod }) => pod)) tabs.push({ id: "logs", label: text.tab.logs });
  tabs.push({ id: "inputs", label: text.tab.inputs }, { id: "outputs", label: text.tab.outputs });
  if (node.deck) tabs.push({ id: "deck", label: text.tab.deck });
  if (attempts.some(({ pod }) => pod)) tabs.push({ id: "resources", label: text.tab.resources });
  tabs.push({ id: "spec", label: text.tab.spec });
  return tabs;
}

/**
 * The task of a node that began can be run again by itself; children that a dynamic node made are not registered, and
 * what an item runs is a part of a map.
 */
const canRerun = ({ node, item }: Selection): boolean =>
  item === null && node.task !== undefined && node.phase !== "NOT_STARTED" && !/(^|-)dn\d+$/.test(node.id);

const rerunHref = ({ run, node }: Selection): string =>
  href.launch(
    { kind: "task", project: run.project, domain: run.domain, name: node.task?.name ?? "" },
    { version: node.task?.version, run: run.name, node: node.id },
  );

interface PanelProps {
  /** The run that the page is of. */
  page: RunName;
  selection: Selection;
  onClose: () => void;
}

function Content({ page, selection, onClose }: PanelProps) {
  const text = useText();
  const [query, change] = useQueryValues();
  const { node, item, name, run, execution } = selection;
  const tabs = tabsOf(text, selection);
  const asked = query.get("panel") as PanelTab | null;
  const tab = tabs.some(({ id }) => id === asked) ? (asked as PanelTab) : defaultTab(selection);
  const child = node.child_execution;
  const killed = selection.attempts.findLast(({ oom }) => oom);
  return (
    <>
      <div className={styles.head}>
        <div className={styles.titles}>
          <h2 className={styles.title} title={node.task?.name ?? name}>
            {name}
          </h2>
          <div className={styles.sub}>
            <Phase phase={selection.phase} />
            <span className={styles.id}>{node.id}</span>
            <span>{nodeKind(text, node)}</span>
            {runText(run) !== runText(page) && (
              <Link href={href.execution(run, { node: node.id, panel: query.get("panel") })}>
                {text.execution.panel.ofRun(run.name)}
              </Link>
            )}
          </div>
        </div>
        <Button kind="icon" label={text.act.close} onPress={onClose}>
          <X size={16} strokeWidth={1.75} />
        </Button>
      </div>
      {(child || killed || item !== null || canRerun(selection)) && (
        <div className={styles.buttons}>
          {item !== null && (
            <Button
              size="small"
              onPress={() => change({ node: selection.array, item: null, attempt: null, line: null, panel: "items" })}
            >
              {text.execution.panel.allItems}
            </Button>
          )}
          {child && (
            <Button
              size="small"
              href={href.execution({ project: child.project, domain: child.domain, name: child.id })}
            >
              {text.execution.panel.opened}
            </Button>
          )}
          {canRerun(selection) && (
            <Button size="small" href={rerunHref(selection)}>
              {text.act.rerunTask}
            </Button>
          )}
          {killed && <RaiseMemory run={run} execution={execution} attempt={killed} />}
        </div>
      )}
      {isWaitingGate(node) && <Gate key={node.id} run={run} node={node} />}
      <Tabs
        small
        fill
        label={text.execution.panel.label(name)}
        items={tabs}
        selected={tab}
        onSelect={(id) => change({ panel: id })}
      >
        <Boundary of={`${node.id}/${item}/${tab}`}>
          {selection.loading ? (
            <LoadingLine loading />
          ) : tab === "items" ? (
            <Items selection={selection} />
          ) : tab === "logs" ? (
            <NodeLogs selection={selection} />
          ) : tab === "deck" ? (
            <NodeDeck run={run} node={node} />
          ) : (
            <div className={styles.scroll}>
              {tab === "attempts" && <Attempts selection={selection} />}
              {tab === "inputs" && <NodeInputs run={run} node={node} />}
              {tab === "outputs" && <NodeOutputs run={run} node={node} />}
              {tab === "resources" && <NodeUsage selection={selection} />}
              {tab === "spec" && <NodeSpec selection={selection} />}
            </div>
          )}
        </Boundary>
      </Tabs>
    </>
  );
}

const LEAST = 360;
const MOST = 720;

/** The edge that changes the width of the panel, by pointer and by keys. */
function Resizer({ width }: { width: number }) {
  const text = useText();
  const start = useRef<{ x: number; width: number } | null>(null);
  const set = (next: number) => setPreferences({ panelWidth: Math.round(Math.min(MOST, Math.max(LEAST, next))) });
  return (
    // biome-ignore lint/a11y/useSemanticElements: a separator with a value is a control
    <div
      role="separator"
      tabIndex={0}
      aria-label={text.execution.panel.resize}
      aria-orientation="vertical"
      aria-valuenow={width}
      aria-valuemin={LEAST}
      aria-valuemax={MOST}
      className={styles.resizer}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        start.current = { x: event.clientX, width };
      }}
      onPointerMove={(event) => {
        if (start.current) set(start.current.width + start.current.x - event.clientX);
      }}
      onPointerUp={() => {
        start.current = null;
      }}
      onKeyDown={(event) => {
        if (event.key === "ArrowLeft") set(width + 20);
        if (event.key === "ArrowRight") set(width - 20);
      }}
    />
  );
}

/** Beside the page where there is room, else a sheet over it. */
export function Panel(props: PanelProps) {
  const text = useText();
  const wide = useWide();
  const { panelWidth } = usePreferences();
  const label = text.execution.panel.label(props.selection.name);
  if (!wide)
    return (
      <Dialog open onClose={props.onClose} label={label} kind="drawer">
        <div className={styles.sheet}>
          <Content {...props} />
        </div>
      </Dialog>
    );
  return (
    <aside className={styles.panel} aria-label={label} style={{ width: panelWidth }}>
      <Resizer width={panelWidth} />
      <Content {...props} />
    </aside>
  );
}
