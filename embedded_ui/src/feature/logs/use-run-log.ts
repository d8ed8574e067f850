import { useEffect, useMemo, useSyncExternalStore } from "react";
import type { RunName } from "../../base/kinds";
import { subscribe } from "../../live/stream";
import { type RunLogFilter, RunLogStore } from "./run-store";

/** So many pods are followed at once; there is hardly room for more on one machine. */
const FOLLOWED = 32;
const PAUSE_MS = 250;

export interface LivePod {
  ns: string;
  pod: string;
}

/** The log of a run, which grows while `pods` print. `state` changes when an attempt begins or ends. */
export function useRunLog(run: RunName, filter: RunLogFilter, pods: LivePod[], state: string): RunLogStore {
  const { project, domain, name } = run;
  const nodes = filter.nodes.join(",");
  const { stderrOnly } = filter;
  const store = useMemo(
    () => new RunLogStore({ project, domain, name }, { nodes: nodes === "" ? [] : nodes.split(","), stderrOnly }),
    [project, domain, name, nodes, stderrOnly],
  );
  useSyncExternalStore(store.subscribe, store.snapshot);
  useEffect(() => () => store.close(), [store]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another state has other lines
  useEffect(() => void store.more(), [store, state]);
  const topics = pods
    .slice(0, FOLLOWED)
    .map(({ ns, pod }) => `log:${ns}/${pod}`)
    .join(" ");
  useEffect(() => {
    if (topics === "") return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const soon = () => {
      timer ??= setTimeout(() => {
        timer = undefined;
        void store.more();
      }, PAUSE_MS);
    };
    const ends = topics.split(" ").map((topic) => subscribe(topic, { open: soon, rows: soon }));
    return () => {
      clearTimeout(timer);
      for (const end of ends) end();
    };
  }, [store, topics]);
  return store;
}
