import { useQueries, useQueryClient } from "@tanstack/react-query";
import { useCallback, useState } from "react";
import { itemsQuery, runKey, runQuery } from "../../../api/runs";
import type { Run } from "../../../api/types";
import type { RunName } from "../../../base/kinds";
import { keyOf, type NodeRow, nodeAt, runText } from "./tree";
import { unfold } from "./unfold";

/**
 * The rows that are open, with the runs and items in them. The node that the page came with is open, and so is the way
 * to the one that is looked at: its row stays when it has ended.
 */
export function useTree(run: RunName, data: Run, node: string | null, item: string | null) {
  const client = useQueryClient();
  const [came] = useState(node);
  const [chosen, setChosen] = useState<ReadonlyMap<string, boolean>>(new Map());
  const known = (of: RunName) => client.getQueryData<Run>(runKey(of));
  const seen = [
    ...(came === null ? [] : [{ ...nodeAt(run, came), inside: true }]),
    ...(node === null ? [] : [{ ...nodeAt(run, node), inside: item !== null }]),
  ];
  const { opened, runs, arrays } = unfold({ run, data, known, seen, chosen });
  const started = [...new Map(runs.map((each) => [runText(each), each]))];
  const read = useQueries({ queries: started.map(([, each]) => runQuery(each)) });
  const items = useQueries({ queries: arrays.map((each) => itemsQuery(each.run, each.array.id)) });
  const toggle = useCallback(
    (row: NodeRow, open: boolean) =>
      setChosen((before) => {
        const next = new Map(before).set(row.key, open);
        // A stack is open while one of its nodes has to be seen.
        if (!open) for (const { id } of row.stack?.nodes ?? []) next.set(keyOf(row.run, id), false);
        return next;
      }),
    [],
  );
  return {
    opened,
    arrays,
    runs: started.map(([, each]) => each),
    children: new Map(
      started.flatMap(([text], index) => {
        const child = read[index]?.data;
        return child ? [[text, child] as const] : [];
      }),
    ),
    items: new Map(arrays.map((each, index) => [keyOf(each.run, each.array.id), items[index]?.data?.items ?? []])),
    toggle,
  };
}
