import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { applyItemRows } from "../../../api/run-live";
import { itemsQuery } from "../../../api/runs";
import type { RunNode } from "../../../api/types";
import type { RunName } from "../../../base/kinds";
import { useLive } from "../../../live/use-live";
import { hasEnded } from "../../../ui/phases";

/** Keeps the items of an array current while it runs; shows nothing itself. */
export function LiveItems({ run, array }: { run: RunName; array: RunNode }) {
  const { data, refetch } = useQuery(itemsQuery(run, array.id));
  const ended = hasEnded(array.phase);
  const was = useRef(ended);
  useLive(ended ? null : `items:${run.project}/${run.domain}/${run.name}/${array.id}`, {
    seq: data?.seq,
    refetch: () => void refetch(),
    apply: (rows) => applyItemRows(run, array.id, rows),
  });
  // Of items without a container, such as those from the cache, the channel does not tell.
  useEffect(() => {
    if (ended && !was.current) void refetch();
    was.current = ended;
  }, [ended, refetch]);
  return null;
}
