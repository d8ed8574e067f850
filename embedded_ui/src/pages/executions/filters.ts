import type { ExecutionFilters } from "../../api/executions";

const HOUR = 3_600_000;

/** The phases behind each word of the query `status`. */
export const STATUS_PHASES: Record<string, string[]> = {
  queued: ["UNDEFINED", "QUEUED"],
  running: ["RUNNING", "SUCCEEDING"],
  succeeded: ["SUCCEEDED"],
  failed: ["FAILING", "FAILED", "TIMED_OUT"],
  aborted: ["ABORTING", "ABORTED"],
};

/** The first moment of the day, week, month or year of `now` in this machine's zone, moved by so many of them. */
function startOf(unit: "day" | "week" | "month" | "year", now: number, by = 0): number {
  const date = new Date(now);
  date.setHours(0, 0, 0, 0);
  if (unit === "day") date.setDate(date.getDate() + by);
  if (unit === "week") date.setDate(date.getDate() - ((date.getDay() + 6) % 7) + 7 * by);
  if (unit === "month") date.setMonth(date.getMonth() + by, 1);
  if (unit === "year") date.setFullYear(date.getFullYear() + by, 0, 1);
  return date.getTime();
}

type Range = [from: number | undefined, to: number | undefined];

/** The times behind each word of the query `startTime`. */
export function startRange(word: string | null, now: number): Range {
  switch (word) {
    case "lastHour":
      return [now - HOUR, undefined];
    case "today":
      return [startOf("day", now), undefined];
    case "yesterday":
      return [startOf("day", now, -1), startOf("day", now)];
    case "thisWeek":
      return [startOf("week", now), undefined];
    case "thisMonth":
      return [startOf("month", now), undefined];
    case "lastMonth":
      return [startOf("month", now, -1), startOf("month", now)];
    case "thisYear":
      return [startOf("year", now), undefined];
    case "lastYear":
      return [startOf("year", now, -1), startOf("year", now)];
    default:
      return [undefined, undefined];
  }
}

/** The durations behind each word of the query `duration`, in milliseconds. */
export function durationRange(word: string | null): Range {
  switch (word) {
    case "lt1hour":
      return [undefined, HOUR];
    case "gt1hour":
      return [HOUR, undefined];
    case "2to3hours":
      return [2 * HOUR, 3 * HOUR];
    case "3to4hours":
      return [3 * HOUR, 4 * HOUR];
    case "gte4hours":
      return [4 * HOUR, undefined];
    default:
      return [undefined, undefined];
  }
}

/** What an address has to lose to ask for everything. */
export const NO_FILTERS = Object.fromEntries(
  ["status", "what", "version", "label", "user", "startTime", "duration", "archived", "q"].map((word) => [word, null]),
);

/** The filters that an address asks for; times are whole hours, so that the same address asks the same. */
export function filtersOf(query: URLSearchParams, now: number): ExecutionFilters {
  const statuses = (query.get("status") ?? "").split(";").filter((word) => word in STATUS_PHASES);
  const rounded = Math.floor(now / HOUR) * HOUR + (query.get("startTime") === "lastHour" ? now % HOUR : 0);
  const minute = Math.floor(rounded / 60_000) * 60_000;
  const [startedFrom, startedTo] = startRange(query.get("startTime"), minute);
  const [durationMin, durationMax] = durationRange(query.get("duration"));
  const out: ExecutionFilters = {};
  if (statuses.length > 0) out.phases = statuses.flatMap((word) => STATUS_PHASES[word] ?? []);
  const [kind, what, exactly] = (query.get("what") ?? "").split(":");
  if (what) Object.assign(out, { kind, what, exactly });
  else if (kind) out.what = kind;
  for (const word of ["version", "label", "user", "q"] as const) {
    const value = query.get(word);
    if (value) out[word] = value;
  }
  if (startedFrom !== undefined) out.startedFrom = startedFrom;
  if (startedTo !== undefined) out.startedTo = startedTo;
  if (durationMin !== undefined) out.durationMin = durationMin;
  if (durationMax !== undefined) out.durationMax = durationMax;
  if (query.get("archived") === "1") out.archived = true;
  return out;
}
