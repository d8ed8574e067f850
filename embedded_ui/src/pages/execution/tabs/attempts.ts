import type { Run } from "../../../api/types";

/** What nodes are called, by id. */
export const nodeNames = ({ nodes }: Pick<Run, "nodes">): Map<string, string> =>
  new Map(nodes.map(({ id, display, name }) => [id, display || name || id]));

interface Which {
  node: string;
  item?: number | null;
  attempt: number;
}

/** "train", "shard[7]"; with the number of the attempt when there are several. */
export function attemptName(names: Map<string, string>, { node, item, attempt }: Which, numbered: boolean): string {
  const name = names.get(node) ?? node;
  return name + (item === null || item === undefined ? "" : `[${item}]`) + (numbered ? ` #${attempt + 1}` : "");
}

/** Changes when an attempt begins or ends: then there is more to read than the live channel tells. */
export function attemptsState({ attempts, execution }: Pick<Run, "attempts" | "execution">): string {
  const ended = attempts.filter(({ ended_at }) => ended_at !== undefined).length;
  return `${execution.phase} ${attempts.length} ${ended}`;
}
