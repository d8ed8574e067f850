import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { itemsQuery } from "../../../api/runs";
import type { RunNode } from "../../../api/types";
import type { RunName } from "../../../base/kinds";
import { hasEnded } from "../../../ui/phases";
import { useItemsLive } from "./use-items-live";

/** Keeps the items of an array current while it runs; shows nothing itself. */
export function LiveItems({ run, array }: { run: RunName; array: RunNode }) {
  const { data, refetch } = useQuery(itemsQuery(run, array.id));
  const ended = hasEnded(array.phase);
  const was = useRef(ended);
  useItemsLive(run, array, { seq: data?.seq, refetch: () => void refetch() });
  // Of items without a container, such as those from the cache, the channel does not tell.
  useEffect(() => {
    if (ended && !was.current) void refetch();
    was.current = ended;
  }, [ended, refetch]);
  return null;
}
