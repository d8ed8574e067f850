import type { CompiledWorkflowClosureJson, Run, RunNode, WorkflowTemplateJson } from "../../../api/types";
import { conditionsOf } from "../../../feature/graph/conditions";
import type { LineLook } from "../../../feature/graph/looks";
import { END, type GraphBox, type GraphLine, type GraphNode, START } from "../../../feature/graph/model";
import { hasEnded } from "../../../ui/phases";
import { byParent, isNotTaken, likeOf } from "../nodes/tree";

/** Compiled workflows by the node that they are of: "" is the run itself, others are dynamic nodes. */
export type Closures = ReadonlyMap<string, CompiledWorkflowClosureJson>;

/** Nodes of the newest attempt of their parents: a parent that is tried again makes its nodes anew. */
export function newestNodes(nodes: readonly RunNode[]): RunNode[] {
  const newest = new Map<string, number>();
  for (const { parent = "", retry_group } of nodes)
    if (retry_group !== undefined) newest.set(parent, Math.max(newest.get(parent) ?? 0, Number(retry_group)));
  return nodes.filter(
    ({ parent = "", retry_group }) => retry_group === undefined || Number(retry_group) === newest.get(parent),
  );
}

/** The dynamic nodes that have a branch inside, and "" when the run itself has one. */
export function rootsOfBranches(nodes: readonly RunNode[]): string[] {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const roots = nodes.filter(({ kind }) => kind === "branch").map((branch) => rootOf(branch, byId).root);
  return [...new Set(roots)];
}

/** Where a node's workflow is to be found: the root of its closure, and the sub-workflow in it that the node is of. */
function rootOf(node: RunNode, byId: ReadonlyMap<string, RunNode>) {
  let workflow: RunNode["workflow"];
  for (let at = byId.get(node.parent ?? ""); at; at = byId.get(at.parent ?? "")) {
    if (at.kind === "workflow") workflow ??= at.workflow;
    if (at.kind === "dynamic") return { root: at.id, workflow };
  }
  return { root: "", workflow };
}

function templateOf(node: RunNode, byId: ReadonlyMap<string, RunNode>, closures: Closures) {
  const { root, workflow } = rootOf(node, byId);
  const closure = closures.get(root);
  if (!workflow) return closure?.primary?.template;
  return closure?.subWorkflows?.find(
    ({ template }) => template?.id?.name === workflow.name && template.id.version === workflow.version,
  )?.template;
}

/** The nodes of a run for its graph. `onFailure`: what stands on the way to the node that cleans up. */
export function runNodes(nodes: readonly RunNode[], closures: Closures, onFailure: string): GraphNode[] {
  const shown = newestNodes(nodes);
  const byId = new Map(shown.map((node) => [node.id, node]));
  const known = new Map<WorkflowTemplateJson, Map<string, string>>();
  const conditionOf = (node: RunNode): string | undefined => {
    const branch = byId.get(node.parent ?? "");
    if (branch?.kind !== "branch") return undefined;
    const template = templateOf(branch, byId, closures);
    if (!template) return undefined;
    if (!known.has(template)) known.set(template, conditionsOf(template));
    return known.get(template)?.get(node.spec_id);
  };
  return shown.map((node) => ({
    id: node.id,
    parent: node.parent ?? "",
    kind: node.kind,
    name: node.display || node.name || node.id,
    like: node.kind === "launch_plan" ? (node.task?.name ?? node.workflow?.name ?? "") : likeOf(node),
    upstream: node.upstream ?? [],
    order: node.order,
    condition: node.failure_node ? onFailure : conditionOf(node),
    ...(node.failure_node ? { aside: true } : {}),
  }));
}

const DONE = new Set(["SUCCEEDED", "RECOVERED", "CACHED", "SKIPPED"]);

/** What has begun and ended of a run, for its lines. */
export class Progress {
  readonly notTaken: ReadonlySet<string>;
  readonly #phases: ReadonlyMap<string, string>;
  readonly #ended: boolean;
  readonly #succeeded: boolean;

  constructor({ nodes, execution }: Run) {
    const parents = byParent(nodes);
    this.#phases = new Map(nodes.map(({ id, phase }) => [id, phase]));
    this.notTaken = new Set(nodes.filter((node) => isNotTaken(node, parents, nodes)).map(({ id }) => id));
    this.#ended = hasEnded(execution.phase);
    this.#succeeded = execution.phase === "SUCCEEDED";
  }

  readonly begun = (id: string): boolean => {
    const phase = this.#phases.get(id);
    return phase !== undefined && phase !== "NOT_STARTED" && phase !== "SKIPPED" && phase !== "UNDEFINED";
  };

  #left(box: GraphBox | undefined): boolean {
    if (!box || box.id === START) return true;
    return box.nodes.some((id) => (box.kind === "fork" ? this.begun(id) : DONE.has(this.#phases.get(id) ?? "")));
  }

  #reached(box: GraphBox | undefined, from: GraphBox | undefined): boolean {
    if (!box || box.id === END) return this.#succeeded && this.#left(from);
    return box.nodes.some(this.begun);
  }

  /** A line was taken when what it comes from is done and what it leads to has begun. */
  lineOf({ from, to }: GraphLine, boxes: ReadonlyMap<string, GraphBox>): LineLook {
    const [start, end] = [boxes.get(from), boxes.get(to)];
    if (this.#left(start) && this.#reached(end, start)) return "taken";
    const never = end !== undefined && end.nodes.length > 0 && end.nodes.every((id) => this.notTaken.has(id));
    return this.#ended || never ? "not" : "plain";
  }
}
