import type { LucideIcon } from "lucide-react";
import {
  Ban,
  Check,
  ChevronsRight,
  CircleDashed,
  CircleDot,
  CornerUpRight,
  Diamond,
  Hand,
  Hourglass,
  Loader,
  MemoryStick,
  TimerOff,
  X,
} from "lucide-react";
import type { Text } from "../text";

/** Colour and pattern of a phase; the names are those of the tokens (--ok-text, ...). */
export type PhaseGroup = "ok" | "run" | "start" | "wait" | "bad" | "time" | "abort" | "idle" | "cached" | "recovered";

export interface PhaseLook {
  group: PhaseGroup;
  word: keyof Text["phase"];
  icon: LucideIcon;
  /** One character for titles of windows. */
  sign: string;
}

const look = (group: PhaseGroup, word: PhaseLook["word"], icon: LucideIcon, sign: string): PhaseLook => {
  return { group, word, icon, sign };
};

const LOOKS: Record<string, PhaseLook> = {
  SUCCEEDED: look("ok", "succeeded", Check, "✓"),
  CACHED: look("cached", "cached", Diamond, "◇"),
  RECOVERED: look("recovered", "recovered", CornerUpRight, "✓"),
  RUNNING: look("run", "running", Loader, "●"),
  DYNAMIC_RUNNING: look("run", "running", Loader, "●"),
  SUCCEEDING: look("run", "finishing", Loader, "●"),
  INITIALIZING: look("start", "starting", CircleDot, "●"),
  STARTING: look("start", "starting", CircleDot, "●"),
  QUEUED: look("wait", "queued", Hourglass, "⧗"),
  WAITING: look("wait", "waiting", Hourglass, "⧗"),
  WAITING_FOR_RESOURCES: look("wait", "waiting", Hourglass, "⧗"),
  PAUSED: look("wait", "needsInput", Hand, "✋"),
  FAILED: look("bad", "failed", X, "✕"),
  FAILING: look("bad", "failing", X, "✕"),
  RETRYABLE_FAILED: look("bad", "retrying", X, "✕"),
  OOM: look("bad", "outOfMemory", MemoryStick, "✕"),
  TIMED_OUT: look("time", "timedOut", TimerOff, "✕"),
  ABORTED: look("abort", "aborted", Ban, "⊘"),
  ABORTING: look("abort", "aborting", Ban, "⊘"),
  SKIPPED: look("idle", "skipped", ChevronsRight, "»"),
  NOT_STARTED: look("idle", "notStarted", CircleDashed, "○"),
};
const UNKNOWN = look("idle", "unknown", CircleDashed, "○");

/** How a phase of the API is shown; unknown ones are shown as such. */
export const phaseLook = (phase: string): PhaseLook => LOOKS[phase] ?? UNKNOWN;

const ENDED = new Set(["SUCCEEDED", "FAILED", "ABORTED", "TIMED_OUT", "SKIPPED", "RECOVERED", "CACHED", "OOM"]);

export const hasEnded = (phase: string): boolean => ENDED.has(phase);
export const isFailure = (phase: string): boolean => ["bad", "time"].includes(phaseLook(phase).group);
