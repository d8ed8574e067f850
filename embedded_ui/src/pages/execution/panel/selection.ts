import { useOneNode, useRun } from "../../../api/runs";
import type { Run, RunAttempt, RunExecution, RunNode } from "../../../api/types";
import type { RunName } from "../../../base/kinds";
import { rowPhase } from "../nodes/items";
import { addressOf, byParent, nodeAt, runText } from "../nodes/tree";
import { useItemsLive } from "../nodes/use-items-live";
import { useRunLive } from "../use-run-live";

export interface Selection {
  /** The run of the node: that of the page, or one that it started. */
  run: RunName;
  execution: RunExecution;
  /** Of an item: the node that it is itself. */
  node: RunNode;
  name: string;
  item: number | null;
  /** Of an item: what the address calls its array. */
  array: string | null;
  attempts: RunAttempt[];
  phase: string;
  loading: boolean;
}

const phaseWith = (node: RunNode, attempts: RunAttempt[]): string =>
  rowPhase({ item: null, node, attempts } as unknown as Parameters<typeof rowPhase>[0]);

const nameOf = (node: RunNode): string => node.display || node.name || node.id;

/** Addresses of upstream's console may name a tab of the panel alone: it is of the node that the run is about. */
export function aboutNode({ story, nodes }: Run): string | undefined {
  const outer = byParent(nodes).get("") ?? [];
  return story.array ?? story.node ?? (outer.length === 1 ? outer[0]?.id : undefined);
}

/** The node that the address names, or the item of an array, with its attempts; null when there is none. */
export function useSelection(page: RunName, pageData: Run, query: URLSearchParams): Selection | null {
  const { run, id } = nodeAt(page, query.get("node") ?? "");
  const started = runText(run) !== runText(page);
  const child = useRun(run, started);
  useRunLive(started ? run : null, child.data, child.refetch);
  const data = started ? child.data : pageData;
  const nodes = data?.nodes ?? [];
  const asked = query.get("item") === null ? null : Number(query.get("item"));
  const own = nodes.find((each) => each.id === id) ?? nodes.find((each) => each.spec_id === id);
  const isItem = (array: RunNode) => array.items !== undefined && id.startsWith(`${array.id}-`);
  const apart = own ? asked !== null && asked < (own.items?.total ?? 0) : nodes.some(isItem);
  const { data: one, isLoading, refetch } = useOneNode(run, own?.id ?? id, asked, apart);
  const array = asked === null ? nodes.find((each) => each.id === one?.node.parent) : own;
  useItemsLive(run, apart ? (array ?? null) : null, { seq: one?.seq, refetch: () => void refetch() });
  if (!data) return null;
  const of = { run, execution: data.execution, loading: false };
  if (!apart) {
    if (!own) return null;
    const attempts = data.attempts.filter(({ node }) => node === own.id).sort((a, b) => a.attempt - b.attempt);
    const phase = phaseWith(own, attempts);
    return { ...of, node: own, name: nameOf(own), item: null, array: null, attempts, phase };
  }
  const item = asked ?? one?.node.item ?? null;
  const known = array ?? one?.node;
  const name = (known ? nameOf(known) : id) + (item === null ? "" : ` [${item}]`);
  const ofItem = { ...of, name, item, array: array ? addressOf(page, run, array.id) : null };
  if (one) {
    const { node, attempts } = one;
    return { ...ofItem, node, attempts, phase: phaseWith(node, attempts) };
  }
  if (!own) return null;
  const { deck: _, ...rest } = own;
  const node: RunNode = { ...rest, phase: "NOT_STARTED" };
  return { ...ofItem, node, attempts: [], phase: node.phase, loading: isLoading };
}
