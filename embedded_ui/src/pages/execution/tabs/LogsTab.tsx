import { useMemo } from "react";
import type { RunLogLine } from "../../../api/run-log";
import type { Run, RunAttempt } from "../../../api/types";
import { href } from "../../../base/address";
import type { RunName } from "../../../base/kinds";
import { useQueryValues } from "../../../base/query";
import { RunLogView } from "../../../feature/logs/RunLogView";
import { hasEnded } from "../../../ui/phases";
import { attemptName, attemptsState, itemsState, nodeNames, shownNode } from "./attempts";
import styles from "./Tabs.module.css";

const mayPrint = ({ phase, ended_at, pod, ns, log }: RunAttempt): boolean =>
  pod !== undefined && ns !== undefined && (!(hasEnded(phase) || ended_at !== undefined) || log?.complete === false);

/** The log of a run: what all its nodes print, by time. Query: `nodes`, with commas; `stderr=1`. */
export default function LogsTab({ run, data }: { run: RunName; data: Run }) {
  const [query, change] = useQueryValues();
  const chosen = query.get("nodes") ?? "";
  const stderrOnly = query.get("stderr") === "1";
  const filter = useMemo(() => ({ nodes: chosen === "" ? [] : chosen.split(","), stderrOnly }), [chosen, stderrOnly]);
  const names = useMemo(() => nodeNames(data), [data]);
  const nodes = useMemo(() => {
    const printed = new Set(data.attempts.filter(({ pod }) => pod).map(({ node }) => node));
    const mayHave = data.nodes.filter(({ id, items }) => printed.has(id) || (items?.total ?? 0) > 0);
    return mayHave.map(({ id }) => ({ id, name: names.get(id) ?? id }));
  }, [data, names]);
  const retried = useMemo(
    () => new Set(data.attempts.filter(({ attempt }) => attempt > 0).map(({ node }) => node)),
    [data],
  );
  const live = data.attempts.filter(mayPrint).map(({ ns = "", pod = "" }) => ({ ns, pod }));
  const hrefOf = (line: RunLogLine): string => {
    const { item, attempt, n } = line;
    return href.execution(run, { tab: "logs", node: shownNode(line), item, attempt, panel: "logs", line: n + 1 });
  };
  return (
    <div className={styles.log}>
      <RunLogView
        run={run}
        nodes={nodes}
        filter={filter}
        onFilter={(next) => change({ nodes: next.nodes.join(","), stderr: next.stderrOnly ? 1 : null })}
        live={live}
        state={`${attemptsState(data)} ${itemsState(data)}`}
        nameOf={(line) => attemptName(names, line, retried.has(line.node))}
        hrefOf={hrefOf}
      />
    </div>
  );
}
