import type { Run } from "../../../api/types";

/** What nodes are called, by id. */
export const nodeNames = ({ nodes }: Pick<Run, "nodes">): Map<string, string> =>
  new Map(nodes.map(({ id, display, name }) => [id, display || name || id]));

interface Which {
  node: string;
  item?: number | null | undefined;
  array?: string | null | undefined;
  attempt: number;
}

/** The node that a row of it is shown with: of an item its array. */
export const shownNode = ({ node, array }: Pick<Which, "node" | "array">): string => array || node;

/** "train", "shard[7]"; with the number of the attempt when there are several. */
export function attemptName(names: Map<string, string>, which: Which, numbered: boolean): string {
  const { item, attempt } = which;
  const name = names.get(shownNode(which)) ?? which.node;
  return name + (item === null || item === undefined ? "" : `[${item}]`) + (numbered ? ` #${attempt + 1}` : "");
}

/** Changes when an attempt begins or ends: then there is more to read than the live channel tells. */
export function attemptsState({ attempts, execution }: Pick<Run, "attempts" | "execution">): string {
  const ended = attempts.filter(({ ended_at }) => ended_at !== undefined).length;
  return `${execution.phase} ${attempts.length} ${ended}`;
}

/** How many items of arrays have come how far: they print, too, but are no attempts of the run's own. */
export const itemsState = ({ nodes }: Pick<Run, "nodes">): string =>
  nodes.map(({ items }) => (items ? JSON.stringify(items.by_phase) : "")).join("");
