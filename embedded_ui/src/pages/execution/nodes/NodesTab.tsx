import { useMemo, useState } from "react";
import type { Run } from "../../../api/types";
import { parseTime, serverNow } from "../../../base/clock";
import type { RunName } from "../../../base/kinds";
import { useQueryValues } from "../../../base/query";
import { useKeys } from "../../../base/use-keys";
import type { Span } from "../../../feature/timeline/scale";
import { useText } from "../../../text";
import { Button } from "../../../ui/Button";
import { SearchBox } from "../../../ui/Field";
import { hasEnded } from "../../../ui/phases";
import { Empty } from "../../../ui/States";
import { counts, failures, fitting, groupOf, groupsIn } from "./filter";
import { GroupButtons } from "./GroupButtons";
import { rowPhase } from "./items";
import { LiveItems } from "./LiveItems";
import { LiveRun } from "./LiveRun";
import styles from "./NodesTab.module.css";
import { NodeTable } from "./NodeTable";
import { addressOf, keyOf, type NodeRow, nodeAt, rowsOf, runText } from "./tree";
import { useTree } from "./use-tree";

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

/** The tab with the tree of nodes and their times. */
export function NodesTab({ run, data }: NodesTabProps) {
  const text = useText();
  const [query, change] = useQueryValues();
  const node = query.get("node");
  const item = query.get("item");
  const { opened, toggle, runs, arrays, ...more } = useTree(run, data, node, item);
  const show = query.get("show");
  const groups = useMemo(() => groupsIn(show), [show]);
  const search = query.get("q") ?? "";
  const fit = useMemo(() => fitting(data.nodes, groups, search), [data.nodes, groups, search]);
  const whole = wholeOf(data);
  const zoom = zoomOf(query, whole.from);
  const shown = { ...data, nodes: fit ? data.nodes.filter(({ id }) => fit.has(id)) : data.nodes };
  const all = fit
    ? new Set([...opened, ...data.nodes.filter(({ items }) => !items).map(({ id }) => keyOf(run, id))])
    : opened;
  const every = rowsOf({ run, data: shown, opened: all, ...more });
  const fits = (row: NodeRow) => !row.item || groups.length === 0 || groups.includes(groupOf({ phase: rowPhase(row) }));
  const rows = every.filter(fits);
  const at = node === null ? null : nodeAt(run, node);
  const selected = at && keyOf(at.run, at.id, item === null ? undefined : Number(item));
  const onZoom = (span: Span | null) =>
    change({ zoom: span ? `${Math.round(span.from - whole.from)}-${Math.round(span.to - whole.from)}` : null });
  const [jumps, setJumps] = useState(0);
  useKeys("nN", (key) => {
    const failed = failures(data.nodes);
    const at = failed.indexOf(node ?? "");
    const next = key === "n" ? at + 1 : Math.max(at, 0) - 1;
    if (failed.length === 0) return;
    change({ node: failed.at(next % failed.length), item: null, attempt: null, line: null });
    setJumps((before) => before + 1);
  });
  const select = (row: NodeRow) => {
    if (row.stack) return toggle(row, !row.open);
    const address = addressOf(run, row.run, row.node.id);
    change({ node: address, item: row.item?.item ?? null, attempt: null, line: null });
  };
  return (
    <div className={styles.nodes}>
      {runs.map((each) => (
        <LiveRun key={runText(each)} run={each} />
      ))}
      {arrays.map((each) => (
        <LiveItems key={keyOf(each.run, each.array.id)} {...each} />
      ))}
      <div className={styles.bar}>
        <GroupButtons word="show" numbers={counts(data.nodes)} />
        {data.nodes.length > 8 && (
          <SearchBox label={text.execution.nodes.search} value={search} onChange={(q) => change({ q })} width={180} />
        )}
        <span className={styles.right}>
          {(["wide", "fold"] as const).map((word) => (
            <Button
              key={word}
              kind="quiet"
              pressed={query.get(word) === "1"}
              onPress={() => change({ [word]: query.get(word) === "1" ? null : 1 })}
            >
              {text.execution.nodes[word]}
            </Button>
          ))}
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
          wide={query.get("wide") === "1"}
          zoom={zoom}
          onZoom={onZoom}
          selected={selected}
          jumps={jumps}
          chosenAttempt={query.get("attempt") === null ? null : Number(query.get("attempt"))}
          onSelect={select}
          onToggle={toggle}
        />
      )}
    </div>
  );
}
