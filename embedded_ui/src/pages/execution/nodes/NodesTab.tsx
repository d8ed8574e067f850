import { useQueries } from "@tanstack/react-query";
import { useCallback, useMemo, useState } from "react";
import { itemsQuery, runQuery } from "../../../api/runs";
import type { Run, RunItem } from "../../../api/types";
import { parseTime, serverNow } from "../../../base/clock";
import type { RunName } from "../../../base/kinds";
import { useQueryValues } from "../../../base/query";
import type { Span } from "../../../feature/timeline/scale";
import { useText } from "../../../text";
import { Button } from "../../../ui/Button";
import { SearchBox } from "../../../ui/Field";
import { hasEnded } from "../../../ui/phases";
import { Empty } from "../../../ui/States";
import { counts, fitting, GROUPS, type Group } from "./filter";
import { LiveItems } from "./LiveItems";
import styles from "./NodesTab.module.css";
import { NodeTable } from "./NodeTable";
import { ancestors, firstOpened, keyOf, type NodeRow, rowsOf, runText } from "./tree";

interface NodesTabProps {
  run: RunName;
  data: Run;
}

function wholeOf(data: Run): Span {
  const { execution } = data;
  const from = parseTime(execution.started_at ?? execution.created_at) ?? serverNow();
  const created = parseTime(execution.created_at) ?? from;
  return { from: Math.min(from, created), to: parseTime(execution.ended_at) ?? serverNow() };
}

function zoomOf(query: URLSearchParams, origin: number): Span | null {
  const [from, to] = (query.get("zoom") ?? "").split("-").map(Number);
  if (from === undefined || to === undefined || !(to > from)) return null;
  return { from: origin + from, to: origin + to };
}

/** Runs that opened launch-plan nodes started, and items of opened arrays. */
function useOpened(run: RunName, data: Run, opened: ReadonlySet<string>) {
  const nodes = data.nodes.filter((node) => opened.has(keyOf(run, node.id)));
  const names = nodes.flatMap(({ child_execution: child }) =>
    child ? [{ project: child.project, domain: child.domain, name: child.id }] : [],
  );
  const arrays = nodes.filter(({ items }) => (items?.total ?? 0) > 0);
  const runs = useQueries({ queries: names.map(runQuery) });
  const items = useQueries({ queries: arrays.map(({ id }) => itemsQuery(run, id)) });
  return {
    children: new Map<string, Run>(
      names.flatMap((name, index) => {
        const child = runs[index]?.data;
        return child ? [[runText(name), child] as const] : [];
      }),
    ),
    items: new Map<string, RunItem[]>(arrays.map(({ id }, index) => [keyOf(run, id), items[index]?.data?.items ?? []])),
    arrays,
  };
}

/**
 * Which rows are open: as chosen by hand, else the way to what matters, to the node that the page came with, and to the
 * one that is looked at: its row stays when it has ended.
 */
function useOpenRows(run: RunName, data: Run, node: string | null, item: string | null) {
  const [came] = useState(node);
  const [chosen, setChosen] = useState<ReadonlyMap<string, boolean>>(new Map());
  const first = useMemo(() => firstOpened(run, data), [run, data]);
  const opened = useMemo(() => {
    const out = new Set(first);
    const wayTo = (id: string | null) => (id === null ? [] : ancestors(data.nodes, id).map((each) => each.id));
    const way = [...wayTo(came), came, ...wayTo(node), item === null ? null : node];
    for (const id of way) if (id !== null) out.add(keyOf(run, id));
    for (const [key, open] of chosen) {
      if (open) out.add(key);
      else out.delete(key);
    }
    return out;
  }, [first, chosen, came, node, item, run, data.nodes]);
  const toggle = useCallback(
    (row: NodeRow, open: boolean) =>
      setChosen((before) => {
        const next = new Map(before).set(row.key, open);
        // A stack is open while one of its nodes has to be seen.
        if (!open) for (const { id } of row.stack?.nodes ?? []) next.set(keyOf(row.run, id), false);
        return next;
      }),
    [],
  );
  return { opened, toggle };
}

/** The tab with the tree of nodes and their times. */
export function NodesTab({ run, data }: NodesTabProps) {
  const text = useText();
  const [query, change] = useQueryValues();
  const { opened, toggle } = useOpenRows(run, data, query.get("node"), query.get("item"));
  const { arrays, ...more } = useOpened(run, data, opened);
  const show = query.get("show") ?? "";
  const groups = useMemo(() => show.split(";").filter((word): word is Group => GROUPS.includes(word as Group)), [show]);
  const search = query.get("q") ?? "";
  const fit = useMemo(() => fitting(data.nodes, groups, search), [data.nodes, groups, search]);
  const whole = wholeOf(data);
  const zoom = zoomOf(query, whole.from);
  const shown = { ...data, nodes: fit ? data.nodes.filter(({ id }) => fit.has(id)) : data.nodes };
  const all = fit
    ? new Set([...opened, ...data.nodes.filter(({ items }) => !items).map(({ id }) => keyOf(run, id))])
    : opened;
  const rows = rowsOf({ run, data: shown, opened: all, ...more });
  const numbers = counts(data.nodes);
  const node = query.get("node");
  const item = query.get("item");
  const selected = node
    ? (rows.find(({ key }) => key === node)?.key ?? keyOf(run, node, item ? Number(item) : undefined))
    : null;
  const labels: Record<Group, string> = {
    failed: text.phase.failed,
    running: text.phase.running,
    succeeded: text.phase.succeeded,
    notStarted: text.phase.notStarted,
  };
  const onZoom = (span: Span | null) =>
    change({ zoom: span ? `${Math.round(span.from - whole.from)}-${Math.round(span.to - whole.from)}` : null });
  const select = (row: NodeRow) => {
    if (row.stack) return toggle(row, !row.open);
    const here = row.run.name === run.name;
    change({ node: here ? row.node.id : row.key, item: row.item?.item ?? null, attempt: null, line: null });
  };
  return (
    <div className={styles.nodes}>
      {arrays.map((array) => (
        <LiveItems key={array.id} run={run} array={array} />
      ))}
      <div className={styles.bar}>
        {GROUPS.filter((group) => numbers[group] > 0).map((group) => (
          <Button
            key={group}
            pressed={groups.includes(group)}
            onPress={() =>
              change({
                show: (groups.includes(group) ? groups.filter((each) => each !== group) : [...groups, group]).join(";"),
              })
            }
          >
            {labels[group]} <span className={styles.number}>{numbers[group]}</span>
          </Button>
        ))}
        {data.nodes.length > 8 && (
          <SearchBox label={text.execution.nodes.search} value={search} onChange={(q) => change({ q })} width={180} />
        )}
        <span className={styles.right}>
          <Button
            kind="quiet"
            pressed={query.get("fold") === "1"}
            onPress={() => change({ fold: query.get("fold") === "1" ? null : 1 })}
          >
            {text.execution.nodes.fold}
          </Button>
          {zoom && (
            <Button kind="quiet" onPress={() => onZoom(null)}>
              {text.execution.nodes.full}
            </Button>
          )}
        </span>
      </div>
      {rows.length === 0 ? (
        <Empty>{fit ? text.execution.nodes.none : text.execution.nodes.empty}</Empty>
      ) : (
        <NodeTable
          rows={rows}
          whole={whole}
          live={!hasEnded(data.execution.phase)}
          fold={query.get("fold") === "1"}
          zoom={zoom}
          onZoom={onZoom}
          selected={selected}
          chosenAttempt={query.get("attempt") === null ? null : Number(query.get("attempt"))}
          onSelect={select}
          onToggle={toggle}
        />
      )}
    </div>
  );
}
