import { applySamples, useStats } from "../../api/usage";
import type { RunName } from "../../base/kinds";
import { useSamples } from "./use-samples";

export interface PodOfRun {
  run: RunName;
  ns: string;
  pod: string;
  /** The phase of its attempt. */
  phase: string;
  /** It may go on to use something. */
  running: boolean;
}

/** The curve of one pod, live while it runs. */
export function usePodUsage({ run, ns, pod, phase, running }: PodOfRun) {
  const query = useStats(ns, pod, phase);
  useSamples(
    running ? run : null,
    (samples) => applySamples(samples.filter((sample) => sample.ns === ns && sample.pod === pod)),
    () => void query.refetch(),
  );
  return query;
}
