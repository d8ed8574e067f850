import { useQueries } from "@tanstack/react-query";
import { lazy, useMemo } from "react";
import { useVersion } from "../../../api/entities";
import { nodeDataQuery } from "../../../api/runs";
import type { CompiledWorkflowClosureJson, Run, WorkflowJson } from "../../../api/types";
import { href } from "../../../base/address";
import type { RunName } from "../../../base/kinds";
import { go, useQueryValues } from "../../../base/query";
import type { GraphBox } from "../../../feature/graph/model";
import { useText } from "../../../text";
import { useGraphText } from "../../../text/graph";
import { Link } from "../../../ui/Link";
import { type Closures, Progress, rootsOfBranches, runNodes } from "./from-run";
import { runLooks } from "./run-looks";

const Graph = lazy(() => import("../../../feature/graph/Graph"));

/** The compiled workflows that have the conditions of a run's branches; none is asked for when it has no branch. */
function useClosures(run: RunName, { execution, nodes }: Run): Closures {
  const roots = rootsOfBranches(nodes);
  const { kind, name, version } = execution.what;
  const workflow = { kind: "workflow", project: run.project, domain: run.domain, name } as const;
  const wanted = kind === "workflow" && roots.includes("");
  const { data } = useVersion(workflow, version, wanted);
  const dynamic = roots.filter((id) => id !== "");
  const unfolded = useQueries({ queries: dynamic.map((id) => nodeDataQuery(run, id, "unfolded")) });
  const closure = (data?.raw as WorkflowJson | undefined)?.closure?.compiledWorkflow;
  const found: [string, CompiledWorkflowClosureJson | undefined][] = [
    ["", closure],
    ...dynamic.map((id, index): [string, CompiledWorkflowClosureJson | undefined] => [
      id,
      unfolded[index]?.data?.dynamicWorkflow?.compiledWorkflow,
    ]),
  ];
  const key = JSON.stringify(found.flatMap(([id, each]) => (each ? [id] : [])));
  // biome-ignore lint/correctness/useExhaustiveDependencies: a compiled workflow never changes
  return useMemo(() => new Map(found.flatMap(([id, each]) => (each ? [[id, each]] : []))), [key]);
}

/** The tab with the graph of a run's nodes. It follows the same rows as the table. */
export default function GraphTab({ run, data }: { run: RunName; data: Run }) {
  const text = useText();
  const words = useGraphText();
  const [query, change] = useQueryValues();
  const closures = useClosures(run, data);
  const progress = useMemo(() => new Progress(data), [data]);
  const nodes = useMemo(() => runNodes(data.nodes, closures, words.onFailure), [data.nodes, closures, words]);
  const boxOf = useMemo(() => runLooks(data, progress, text, words), [data, progress, text, words]);
  const asked = query.get("node");
  const selected = data.nodes.find(({ id, spec_id }) => id === asked || spec_id === asked)?.id ?? null;
  const onOpen = (box: GraphBox) => {
    if (box.kind === "stack" || box.kind === "rest")
      go(href.execution(run, box.kind === "stack" ? { q: box.name } : {}));
    else change({ node: box.nodes[0], item: null, attempt: null, line: null });
  };
  return (
    <Graph
      nodes={nodes}
      boxOf={boxOf}
      lineOf={(line, boxes) => progress.lineOf(line, boxes)}
      selected={selected}
      onOpen={onOpen}
      aside={<Link href={href.execution(run, { node: asked })}>{words.table}</Link>}
    />
  );
}
