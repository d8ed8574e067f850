import { useQuery } from "@tanstack/react-query";
import { queryString } from "../base/address";
import { local } from "./rest";
import type { Pod } from "./types";

export const podsKey = (namespace: string | null) => ["pods", namespace ?? "*"];

export const readPods = (namespace: string | null, signal: AbortSignal): Promise<{ pods: Pod[]; seq?: number }> =>
  local(`/pods${queryString({ namespace })}`, { signal });

/** Pods of a namespace, or of all; those that have ended stay. */
export function usePods(namespace: string | null) {
  return useQuery({
    queryKey: podsKey(namespace),
    queryFn: ({ signal }) => readPods(namespace, signal),
  });
}
