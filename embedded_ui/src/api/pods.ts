import { useQuery } from "@tanstack/react-query";
import { queryString } from "../base/address";
import { client } from "./client";
import { local, path, request } from "./rest";
import type { Pod } from "./types";

export const podsKey = (namespace: string | null) => ["pods", namespace ?? "*"];

export const readPods = (namespace: string | null, signal: AbortSignal): Promise<{ pods: Pod[]; seq: number }> =>
  local(`/pods${queryString({ namespace })}`, { signal });

/** Pods of a namespace, or of all; those that have ended stay. */
export function usePods(namespace: string | null) {
  return useQuery({
    queryKey: podsKey(namespace),
    queryFn: ({ signal }) => readPods(namespace, signal),
  });
}

interface OnePod {
  pod: Pod;
  seq: number;
}
const podKey = (namespace: string, name: string) => ["pod", namespace, name];

export const usePod = (namespace: string, name: string) =>
  useQuery({
    queryKey: podKey(namespace, name),
    queryFn: ({ signal }) => local<OnePod>(`/pods${path(namespace, name)}`, { signal }),
  });

/** Puts a pod's row into what is shown of it. */
export const applyPod = (pod: Pod): unknown =>
  client.setQueryData<OnePod>(podKey(pod.namespace, pod.name), (now) => now && { ...now, pod });

/** What Kubernetes would tell of a pod, as kubectl reads it. */
export interface PodEvent {
  metadata: { name: string };
  type: string;
  reason: string;
  message: string;
  lastTimestamp: string;
}

/** `state` changes with the pod. */
export const usePodEvents = ({ namespace, name }: Pod, state: string) =>
  useQuery({
    queryKey: ["pod-events", namespace, name, state],
    queryFn: async ({ signal }) => {
      const query = queryString({ fieldSelector: `involvedObject.name=${name}` });
      const answer = await request(`/kubernetes/api/v1/namespaces${path(namespace)}/events${query}`, { signal });
      return ((await answer.json()) as { items: PodEvent[] }).items;
    },
    placeholderData: (before) => before,
  });
