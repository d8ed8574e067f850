import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { queryString } from "../base/address";
import type { RunName } from "../base/kinds";
import { local, path, rest } from "./rest";
import type {
  NodeExecutionGetDataResponseJson,
  OneNode,
  Run,
  RunEvents,
  RunItem,
  RunItems,
  WorkflowExecutionGetDataResponseJson,
} from "./types";

const address = (run: RunName, ...rest: string[]): string => `/runs${path(run.project, run.domain, run.name, ...rest)}`;
const restAddress = (kind: string, run: RunName, ...rest: string[]): string =>
  `${kind}${path(run.project, run.domain, run.name, ...rest)}`;

export const runKey = (run: RunName) => ["run", run.project, run.domain, run.name];

export const runQuery = (run: RunName) => ({
  queryKey: runKey(run),
  queryFn: ({ signal }: { signal: AbortSignal }) => local<Run>(address(run), { signal }),
});

/** One run with its nodes, attempts and story. */
export function useRun(run: RunName, wanted = true) {
  return useQuery({ ...runQuery(run), enabled: wanted });
}

/** Where there are executions of a name: for pages of runs that are not here. */
export function useLocate(name: string, wanted: boolean) {
  return useQuery({
    queryKey: ["locate", name],
    enabled: wanted,
    queryFn: ({ signal }) =>
      local<{ executions: { project: string; domain: string; name: string }[] }>(
        `/locate${queryString({ execution: name })}`,
        { signal },
      ),
  });
}

export const itemsKey = (run: RunName, node: string) => ["items", ...runKey(run), node];

/** The items of an array node: failed ones first, then those that run, then by number. */
export const itemsQuery = (run: RunName, node: string) => ({
  queryKey: itemsKey(run, node),
  queryFn: async ({ signal }: { signal: AbortSignal }): Promise<Omit<RunItems, "items"> & { items: RunItem[] }> => {
    let from: number | null = 0;
    let whole: RunItems | undefined;
    while (from !== null) {
      const part: RunItems = await local(
        `${address(run, "nodes", node, "items")}${queryString({ from, limit: 1000 })}`,
        {
          signal,
        },
      );
      whole = whole ? { ...whole, items: [...whole.items, ...part.items] } : part;
      from = part.next;
    }
    return { ...(whole as RunItems), items: sortItems((whole?.items ?? []) as RunItem[]) };
  },
});

const URGENCY: Record<string, number> = { FAILED: 0, TIMED_OUT: 0, RETRYABLE_FAILED: 0, RUNNING: 1, QUEUED: 2 };

export const sortItems = (items: RunItem[]): RunItem[] =>
  [...items].sort((a, b) => (URGENCY[a.phase] ?? 3) - (URGENCY[b.phase] ?? 3) || a.item - b.item);

export const nodeKey = (run: RunName, node: string, item: number | null) => ["node", ...runKey(run), node, item];

/** A node that is none of the run's own rows: an item of an array, by its number, or by the id that it has as a node. */
export function useOneNode(run: RunName, node: string, item: number | null, wanted: boolean) {
  return useQuery({
    queryKey: nodeKey(run, node, item),
    enabled: wanted,
    queryFn: ({ signal }) => local<OneNode>(`${address(run, "nodes", node)}${queryString({ item })}`, { signal }),
  });
}

/** Every phase change and reason of a run, in order. */
export function useRunEvents(run: RunName) {
  return useInfiniteQuery({
    queryKey: ["events", ...runKey(run)],
    queryFn: ({ pageParam, signal }) =>
      local<RunEvents>(`${address(run, "events")}${queryString({ from: pageParam })}`, { signal }),
    initialPageParam: 0,
    getNextPageParam: (page) => page.next ?? undefined,
  });
}

/** Inputs and outputs of a run. `state` is the phase: outputs come with the end. */
export function useRunData(run: RunName, state: string) {
  return useQuery({
    queryKey: ["data", ...runKey(run), state],
    queryFn: ({ signal }) =>
      rest<WorkflowExecutionGetDataResponseJson>(restAddress("/data/executions", run), { signal }),
  });
}

export const nodeDataQuery = (run: RunName, node: string, state: string) => ({
  queryKey: ["data", ...runKey(run), node, state],
  queryFn: ({ signal }: { signal: AbortSignal }) =>
    rest<NodeExecutionGetDataResponseJson>(restAddress("/data/node_executions", run, node), { signal }),
});

/** Inputs and outputs of a node, and what it has unfolded into. */
export function useNodeData(run: RunName, node: string, state: string, wanted = true) {
  return useQuery({ ...nodeDataQuery(run, node, state), enabled: wanted });
}

/** The execution as upstream's API tells it, for raw views. */
export function useRawExecution(run: RunName) {
  return useQuery({
    queryKey: ["raw", ...runKey(run)],
    queryFn: ({ signal }) => rest<Record<string, unknown>>(restAddress("/executions", run), { signal }),
  });
}
