import type { Run, RunNode } from "../../../api/types";
import type { RunName } from "../../../base/kinds";
import { ancestors, childOf, DEPTH_MAX, firstOpened, keyOf, runText } from "./tree";

interface Wish {
  run: RunName;
  data: Run;
  /** What is known of another run; undefined: nothing yet. */
  known: (run: RunName) => Run | undefined;
  /** Nodes whose rows are to be seen; those with `inside` are open themselves. */
  seen: readonly { run: RunName; id: string; inside: boolean }[];
  /** What was opened and closed by hand, by the keys of rows. */
  chosen: ReadonlyMap<string, boolean>;
}

export interface Unfolded {
  opened: Set<string>;
  /** The runs that open rows started, and the arrays among open rows, of whichever of these runs. */
  runs: RunName[];
  arrays: { run: RunName; array: RunNode }[];
}

/** The node that started each run on the way to `run` from the page's, by the run that the node is of. */
function wayTo(page: RunName, run: RunName, known: Wish["known"]): [RunName, string][] {
  const out: [RunName, string][] = [];
  for (let at = run; runText(at) !== runText(page) && out.length < DEPTH_MAX; ) {
    const parent = known(at)?.execution.parent;
    if (!parent) break;
    at = { project: parent.project, domain: parent.domain, name: parent.execution };
    out.push([at, parent.node]);
  }
  return out;
}

/**
 * Which rows are open: as chosen by hand, else the way to what matters, and to nodes that are to be seen. It goes as
 * far into the runs that nodes started as those are known.
 */
export function unfold({ run: page, data: whole, known, seen, chosen }: Wish): Unfolded {
  const opened = new Set<string>();
  const ways = seen.flatMap(({ run, id, inside }) => [
    { run, id, inside },
    ...wayTo(page, run, known).map(([of, node]) => ({ run: of, id: node, inside: true })),
  ]);
  const out: Unfolded = {
    opened,
    runs: ways.map(({ run }) => run).filter((run) => runText(run) !== runText(page)),
    arrays: [],
  };
  const enter = (run: RunName, data: Run, depth: number) => {
    for (const key of firstOpened(run, data)) opened.add(key);
    for (const { id, inside } of ways.filter((way) => runText(way.run) === runText(run)))
      for (const each of [...ancestors(data.nodes, id).map((around) => around.id), ...(inside ? [id] : [])])
        opened.add(keyOf(run, each));
    for (const [key, open] of chosen) {
      if (open) opened.add(key);
      else opened.delete(key);
    }
    for (const node of data.nodes) {
      if (!opened.has(keyOf(run, node.id))) continue;
      if ((node.items?.total ?? 0) > 0) out.arrays.push({ run, array: node });
      const child = childOf(node);
      if (!child || depth >= DEPTH_MAX) continue;
      out.runs.push(child);
      const inside = known(child);
      if (inside) enter(child, inside, depth + 1);
    }
  };
  enter(page, whole, 0);
  return out;
}
