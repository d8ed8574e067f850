import { useMemo } from "react";
import type { Version } from "../../api/entities";
import type { WorkflowJson } from "../../api/types";
import { href } from "../../base/address";
import type { Place } from "../../base/kinds";
import { type StaticNode, workflowNodes } from "../../feature/graph/from-workflow";
import type { BoxLook } from "../../feature/graph/looks";
import type { GraphBox } from "../../feature/graph/model";
import { nodeKind } from "../../feature/runs/kinds";
import { useText } from "../../text";
import { useGraphText } from "../../text/graph";
import { later } from "../../ui/later";

const Graph = later(() => import("../../feature/graph/Graph"));

function addressOf(place: Place, { kind, id }: NonNullable<StaticNode["target"]>): string {
  const at = { project: id.project || place.project, domain: id.domain || place.domain };
  return href.version({ kind, ...at, name: id.name ?? "" }, id.version ?? "");
}

/** The graph of a workflow as it was registered: nodes lead to the version that they run. */
export default function WorkflowGraph({ place, version }: { place: Place; version: Version }) {
  const text = useText();
  const words = useGraphText();
  const closure = (version.raw as WorkflowJson).closure?.compiledWorkflow;
  // biome-ignore lint/correctness/useExhaustiveDependencies: conditions are in the reader's language
  const nodes = useMemo(() => (closure ? workflowNodes(closure) : []), [closure, words]);
  const byId = useMemo(() => new Map(nodes.map((node) => [node.id, node])), [nodes]);
  const boxOf = (box: GraphBox): BoxLook => {
    const node = byId.get(box.nodes[0] ?? "");
    if (box.kind === "rest" || !node) return { title: "", detail: words.inside(box.nodes.length) };
    const { target } = node;
    const kind = nodeKind(text, node);
    const id = target?.id;
    return {
      title: id?.name ?? node.name,
      detail: box.kind === "group" ? `${kind} · ${words.inside(box.inside)}` : kind,
      href: target ? addressOf(place, target) : undefined,
    };
  };
  return <Graph nodes={nodes} boxOf={boxOf} lineOf={() => "plain"} />;
}
