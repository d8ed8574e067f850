import type { Amounts, Pod } from "../../api/types";

/** The times of a pod, RFC 3339; null: not known. */
export type PodInstants = Record<
  "created_at" | "admitted_at" | "pull_started_at" | "pull_ended_at" | "started_at" | "ended_at",
  string | null
>;

export interface PodContainer {
  name: string;
  role: string;
  image: string;
  command: string[];
  args: string[];
  env_names: string[];
  requests: Amounts;
  limits: Amounts;
  end: { exit_code: number; reason: string; message: string } | null;
}

export const instantsOf = (pod: Pod): Partial<PodInstants> => (pod.instants ?? {}) as Partial<PodInstants>;
export const limitOf = (pod: Pod): number | null => (pod.limits as Amounts | undefined)?.memory_bytes ?? null;
export const containersOf = (pod: Pod): PodContainer[] => (pod.containers ?? []) as unknown as PodContainer[];

const PHASES: Record<string, string> = {
  Completed: "SUCCEEDED",
  Running: "RUNNING",
  Error: "FAILED",
  OOMKilled: "OOM",
  Pending: "QUEUED",
  ContainerCreating: "INITIALIZING",
  Terminating: "ABORTING",
  Terminated: "ABORTED",
};

/** The phase whose look a status of a pod has; what is waiting otherwise (ImagePullBackOff, ...) looks like a wait. */
export const podPhase = (pod: Pod): string =>
  PHASES[pod.status] ?? (pod.exit_code === null ? "WAITING" : pod.exit_code === 0 ? "SUCCEEDED" : "FAILED");

/** Age as kubectl writes it: 45s, 5m12s, 98m, 4h57m, 3d4h. */
export function kubectlAge(seconds: number): string {
  const s = Math.max(0, Math.floor(seconds));
  if (s < 120) return `${s}s`;
  const minutes = Math.floor(s / 60);
  if (minutes < 10) return s % 60 === 0 ? `${minutes}m` : `${minutes}m${s % 60}s`;
  if (minutes < 180) return `${minutes}m`;
  const hours = Math.floor(minutes / 60);
  if (hours < 8) return minutes % 60 === 0 ? `${hours}h` : `${hours}h${minutes % 60}m`;
  if (hours < 48) return `${hours}h`;
  const days = Math.floor(hours / 24);
  if (days < 8) return hours % 24 === 0 ? `${days}d` : `${days}d${hours % 24}h`;
  return `${days}d`;
}
