import type { Build, BuildDetail } from "../../api/types";

type Step = Build["steps"][number];

const PHASES: Record<Build["state"] | Step["state"], string> = {
  running: "RUNNING",
  done: "SUCCEEDED",
  failed: "FAILED",
  stopped: "ABORTED",
  interrupted: "ABORTED",
};

/** The phase of executions that looks like the state of a build. */
export const phaseOf = (state: Build["state"]): string => PHASES[state];

/** The same of a step. */
export const stepPhase = ({ state, cached }: Pick<Step, "state" | "cached">): string =>
  cached && state === "done" ? "CACHED" : PHASES[state];

/** What a build is called: its first tag, else its id. */
export const nameOf = ({ id, tags }: Pick<Build, "id" | "tags">): string => tags[0] ?? id;

/**
 * The number of the step that is open when nobody chose one: the one that failed, or the newest of those that run;
 * null when all is done.
 */
export function openStep({ steps, error }: Pick<Build, "steps" | "error">): number | null {
  const failed = error?.step ?? steps.find(({ state }) => state === "failed")?.number;
  return failed ?? steps.findLast(({ state }) => state === "running" || state === "stopped")?.number ?? null;
}

/** Lines of the Dockerfile; `here` are those of the step. */
export function dockerfileLines(
  { dockerfile_text: text }: Pick<BuildDetail, "dockerfile_text">,
  { dockerfile_lines: range }: Pick<Step, "dockerfile_lines">,
): { number: number; text: string; here: boolean }[] {
  const [from = 0, to = from] = range ?? [];
  const lines = text.replace(/\n$/, "").split(/\r?\n/);
  return lines.map((line, index) => ({ number: index + 1, text: line, here: index + 1 >= from && index + 1 <= to }));
}
