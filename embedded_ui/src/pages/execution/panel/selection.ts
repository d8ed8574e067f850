import { useOneNode } from "../../../api/runs";
import type { Run, RunAttempt, RunNode } from "../../../api/types";
import type { RunName } from "../../../base/kinds";
import { rowPhase } from "../nodes/items";
import { useItemsLive } from "../nodes/use-items-live";

export interface Selection {
  run: RunName;
  /** Of an item: the node that it is itself. */
  node: RunNode;
  name: string;
  item: number | null;
  /** Of an item: its array. */
  array: string | null;
  attempts: RunAttempt[];
  phase: string;
  loading: boolean;
}

const phaseWith = (node: RunNode, attempts: RunAttempt[]): string =>
  rowPhase({ item: null, node, attempts } as unknown as Parameters<typeof rowPhase>[0]);

const nameOf = (node: RunNode): string => node.display || node.name || node.id;

function ofNode(run: RunName, data: Run, node: RunNode): Selection {
  const attempts = data.attempts.filter((attempt) => attempt.node === node.id).sort((a, b) => a.attempt - b.attempt);
  return {
    run,
    node,
    name: nameOf(node),
    item: null,
    array: null,
    attempts,
    phase: phaseWith(node, attempts),
    loading: false,
  };
}

/** The node that the address names, or the item of an array, with its attempts; null when there is none. */
export function useSelection(run: RunName, data: Run, query: URLSearchParams): Selection | null {
  const id = query.get("node");
  const asked = query.get("item") === null ? null : Number(query.get("item"));
  const own = data.nodes.find((each) => each.id === id) ?? data.nodes.find((each) => each.spec_id === id);
  const isItem = (array: RunNode) => array.items !== undefined && (id ?? "").startsWith(`${array.id}-`);
  const apart = own ? asked !== null && asked < (own.items?.total ?? 0) : data.nodes.some(isItem);
  const { data: one, isLoading, refetch } = useOneNode(run, own?.id ?? id ?? "", asked, apart);
  const array = asked === null ? data.nodes.find((each) => each.id === one?.node.parent) : own;
  useItemsLive(run, apart ? (array ?? null) : null, { seq: one?.seq, refetch: () => void refetch() });
  if (!apart) return own ? ofNode(run, data, own) : null;
  const item = asked ?? one?.node.item ?? null;
  const name = (of: RunNode) => nameOf(array ?? of) + (item === null ? "" : ` [${item}]`);
  if (one) {
    const { node, attempts } = one;
    const of = { item, array: array?.id ?? null };
    return { run, node, name: name(node), ...of, attempts, phase: phaseWith(node, attempts), loading: false };
  }
  if (!own) return null;
  const { deck: _, ...rest } = own;
  const node: RunNode = { ...rest, phase: "NOT_STARTED" };
  return { run, node, name: name(own), item, array: own.id, attempts: [], phase: node.phase, loading: isLoading };
}
