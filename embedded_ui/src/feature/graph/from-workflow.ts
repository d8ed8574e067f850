import type { CompiledWorkflowClosureJson, CompiledWorkflowJson, IdentifierJson, NodeJson } from "../../api/types";
import type { EntityKind } from "../../base/kinds";
import { graphTexts } from "../../text/graph";
import { casesOf, nodeName } from "./conditions";
import type { GraphNode } from "./model";

/** A node of a registered workflow. */
export interface StaticNode extends GraphNode {
  /** What it runs. */
  target: { kind: EntityKind; id: IdentifierJson } | null;
}

const DEPTH_MOST = 8;

const idText = (id: IdentifierJson | undefined): string =>
  `${id?.project}/${id?.domain}/${id?.name}/${id?.version ?? ""}`;

/** What a node is and runs; of an array, what its items are. */
function targetOf(node: NodeJson): { kind: string; target: StaticNode["target"] } {
  const { taskNode, workflowNode, branchNode, gateNode, arrayNode } = node;
  if (arrayNode?.node) return { kind: "array", target: targetOf(arrayNode.node).target };
  if (branchNode) return { kind: "branch", target: null };
  if (gateNode) return { kind: "gate", target: null };
  if (workflowNode?.launchplanRef)
    return { kind: "launch_plan", target: { kind: "launch_plan", id: workflowNode.launchplanRef } };
  if (workflowNode?.subWorkflowRef)
    return { kind: "workflow", target: { kind: "workflow", id: workflowNode.subWorkflowRef } };
  return { kind: "task", target: taskNode?.referenceId ? { kind: "task", id: taskNode.referenceId } : null };
}

/** The nodes of a registered workflow with what is in its sub-workflows and branches. */
export function workflowNodes(closure: CompiledWorkflowClosureJson): StaticNode[] {
  const out: StaticNode[] = [];
  const inside = new Map((closure.subWorkflows ?? []).map((each) => [idText(each.template?.id), each]));

  const visitWorkflow = (workflow: CompiledWorkflowJson, parent: string, depth: number) => {
    const nodes = workflow.template?.nodes ?? [];
    const prefix = parent === "" ? "" : `${parent}/`;
    const names = new Map(nodes.map((node) => [node.id ?? "", nodeName(node)]));
    const upstream = (id: string): string[] =>
      (workflow.connections?.upstream?.[id]?.ids ?? []).map((each) => prefix + each);
    const visit = (node: NodeJson, around: string, more: Partial<GraphNode>) => {
      const id = node.id ?? "";
      if (id === "start-node" || id === "end-node") return;
      const { kind, target } = targetOf(node);
      out.push({
        id: prefix + id,
        parent: around,
        kind,
        name: nodeName(node),
        like: target && kind !== "workflow" ? idText(target.id) : "",
        upstream: upstream(id),
        order: out.length,
        target,
        ...more,
      });
      for (const each of casesOf(node, (of) => names.get(of) ?? of))
        visit(each.node, prefix + id, { condition: each.condition });
      const content = kind === "workflow" && depth < DEPTH_MOST ? inside.get(idText(target?.id)) : undefined;
      if (content) visitWorkflow(content, prefix + id, depth + 1);
    };
    for (const node of nodes) visit(node, parent, {});
    const failure = workflow.template?.failureNode;
    if (failure) visit(failure, parent, { aside: true, condition: graphTexts().onFailure });
  };
  if (closure.primary) visitWorkflow(closure.primary, "", 0);
  return sorted(out);
}

/** In topological order: a node behind all that it comes after. */
function sorted(nodes: StaticNode[]): StaticNode[] {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const done = new Set<string>();
  const out: StaticNode[] = [];
  const visit = (node: StaticNode) => {
    if (done.has(node.id)) return;
    done.add(node.id);
    for (const up of node.upstream) {
      const before = byId.get(up);
      if (before) visit(before);
    }
    out.push({ ...node, order: out.length });
  };
  for (const node of nodes) visit(node);
  return out;
}
