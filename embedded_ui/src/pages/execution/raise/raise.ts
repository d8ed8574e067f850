// What to change so that a task that ran out of memory gets more.
import type { Limits, RunAttempt, TaskTemplateJson } from "../../../api/types";
import { parseQuantity, writeQuantity } from "../../../base/quantity";
import { attributeFile, inForce } from "../../../feature/settings/attributes";
import { roundDown, roundUp } from "./rounding";

/** What a task's template asks for, as it is written there. */
export interface Asked {
  request: string | null;
  limit: string | null;
}

type Entries = { name?: string | number; value?: string }[] | undefined;
const MEMORY = new Set(["MEMORY", "3"]);

const memoryOf = (entries: Entries): string | null =>
  entries?.find(({ name }) => MEMORY.has(String(name)))?.value || null;

interface PodContainer {
  name?: string;
  resources?: { requests?: { memory?: string }; limits?: { memory?: string } };
}

/** The memory that a template asks for: of its container, or of the primary container of its pod. */
export function askedMemory(template: TaskTemplateJson | null | undefined): Asked | null {
  if (!template) return null;
  if (template.container) {
    const { requests, limits } = template.container.resources ?? {};
    return { request: memoryOf(requests as Entries), limit: memoryOf(limits as Entries) };
  }
  const spec = template.k8sPod?.podSpec as { containers?: PodContainer[] } | undefined;
  const name = template.config?.["primary_container_name"];
  const container = spec?.containers?.find((each) => each.name === name) ?? spec?.containers?.[0];
  if (!container) return null;
  const { requests, limits } = container.resources ?? {};
  return { request: requests?.memory ?? null, limit: limits?.memory ?? null };
}

/** Who decided an amount: the task, the task but cut to what is allowed, or the settings of the place. */
export type Origin = "task" | "taskCut" | "place" | null;

/** `effective` bytes came from what the task asks, in bytes or text, or from the place's defaults and limits. */
export function originOf(asked: string | null, effective: number | null | undefined): Origin {
  if (effective === null || effective === undefined) return null;
  const wanted = parseQuantity(asked);
  if (wanted === null) return "place";
  return wanted > effective ? "taskCut" : "task";
}

export interface Suggestion {
  request: number;
  limit: number;
  /** The limit is what the machine has, not four times the peak. */
  cut: boolean;
}

/** Twice the peak to ask for and four times as the limit, in round amounts; never more than the machine has. */
export function suggest(peak: number, machine: number | null): Suggestion {
  const limit = roundUp(4 * peak);
  const request = roundUp(2 * peak);
  if (machine === null || limit <= machine) return { request, limit, cut: false };
  const most = roundDown(machine);
  return { request: Math.min(request, most), limit: most, cut: true };
}

export const pythonOf = ({ request, limit }: Suggestion): string =>
  `requests=Resources(mem="${writeQuantity(request)}"),\nlimits=Resources(mem="${writeQuantity(limit)}"),`;

export interface Place {
  project: string;
  domain: string;
}

/** What the settings of the place say about memory. */
export function memoryLimits(limits: Limits | undefined): {
  default: number | null;
  limit: number | null;
  from: string;
} {
  const row = limits?.resources.find(({ resource }) => resource === "memory");
  return {
    default: parseQuantity(row?.default),
    limit: parseQuantity(row?.limit),
    from: row?.from ?? "config",
  };
}

/**
 * The file for `flytectl update task-resource-attribute`. It replaces all of a place's settings, so it repeats those in
 * force; the memory's limit is the suggested one, and so is its default when the task asks for nothing itself.
 */
export function attributesFile(place: Place, limits: Limits, wanted: Suggestion, setDefault: boolean): string {
  const set = inForce(limits);
  set.limits.memory = writeQuantity(wanted.limit);
  if (setDefault) set.defaults.memory = writeQuantity(wanted.request);
  return attributeFile(place, set);
}

export interface Advice {
  wanted: Suggestion;
  /** The place allows less than wanted. */
  needsFile: boolean;
  /** The task asks for nothing, and gets what the place gives by default. */
  byDefault: boolean;
  /** The place gives enough by now, without a new version. */
  enough: boolean;
}

/** What to do about an attempt that ran out of memory. `asked` is null when the template is not known. */
export function adviseOn(
  attempt: Pick<RunAttempt, "peak_memory_bytes" | "limit">,
  asked: Asked | null,
  limits: Limits | undefined,
  machine: number | null,
): Advice | null {
  const peak = Math.max(attempt.peak_memory_bytes ?? 0, attempt.limit?.memory_bytes ?? 0);
  if (peak <= 0) return null;
  const wanted = suggest(peak, machine);
  const place = memoryLimits(limits);
  const byDefault = asked !== null && asked.request === null && asked.limit === null;
  const enough = byDefault && place.default !== null && place.default >= wanted.request;
  const tooLow = place.limit !== null && place.limit < wanted.limit;
  return { wanted, byDefault, enough, needsFile: !enough && (tooLow || byDefault) };
}
