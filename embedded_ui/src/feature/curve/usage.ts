// What a curve says in numbers.
import type { Stats } from "../../api/types";

export interface Usage {
  /** Milliseconds from the first to the last sample. */
  length: number;
  peak: number;
  request: number | null;
  limit: number | null;
  /** When it was killed for want of memory; null: it was not. */
  oomAt: number | null;
  /** Thousandths of a cpu: the mean over its time, and the most of a stretch between two samples. */
  cpuMean: number;
  cpuPeak: number;
  cpuRequest: number | null;
  cpuLimit: number | null;
}

export function usageOf(stats: Stats): Usage {
  const { t_ms: times, cpu_millis: cpus, memory_bytes: sizes } = stats;
  let worked = 0;
  times.forEach((at, index) => {
    worked += (cpus[index] ?? 0) * (at - (times[index - 1] ?? 0));
  });
  const length = times.at(-1) ?? 0;
  return {
    length,
    peak: Math.max(stats.peak_memory_bytes ?? 0, ...sizes),
    request: stats.request.memory_bytes ?? null,
    limit: stats.limit.memory_bytes ?? null,
    oomAt: stats.oom_at_ms,
    cpuMean: length > 0 ? Math.round(worked / length) : (cpus[0] ?? 0),
    cpuPeak: Math.max(0, ...cpus),
    cpuRequest: stats.request.cpu_millis ?? null,
    cpuLimit: stats.limit.cpu_millis ?? null,
  };
}

/** Less than this share of what was asked for is too little to have asked for so much. */
const MUCH = 0.5;

/** Whether an attempt that ended well asked for much more than it used. */
export const askedTooMuch = (asked: number | null | undefined, peak: number | null | undefined): boolean =>
  Boolean(asked && peak) && (peak ?? 0) < (asked ?? 0) * MUCH;

/** At most `most` indexes of `length`, evenly, with the first and the last. */
export function evenly(length: number, most: number): number[] {
  if (length <= most) return Array.from({ length }, (_, index) => index);
  return Array.from({ length: most }, (_, index) => Math.round((index * (length - 1)) / (most - 1)));
}
