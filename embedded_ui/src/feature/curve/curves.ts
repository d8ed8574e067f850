// The two curves of one attempt: what is drawn, and what is said.
import type { Stats } from "../../api/types";
import { bytes, cpu, duration, percent } from "../../text/format";
import type { UsageText } from "../../text/usage";
import type { Curve, Level } from "./draw";
import { type Usage, usageOf } from "./usage";

export interface Said {
  curve: Curve;
  sentence: string;
}

function levels(
  request: number | null,
  limit: number | null,
  write: (value: number) => string,
  text: UsageText,
): Level[] {
  if (request !== null && request === limit) return [{ at: limit, label: text.both(write(limit)), kind: "limit" }];
  const out: Level[] = [];
  if (limit !== null) out.push({ at: limit, label: text.limit(write(limit)), kind: "limit" });
  if (request !== null) out.push({ at: request, label: text.request(write(request)), kind: "request" });
  return out;
}

/** An amount of cpu that was used: no more exact than it was measured. */
export const usedCpu = (millis: number): string =>
  millis === 0 ? "0" : cpu(millis > 100 ? 10 * Math.round(millis / 10) : Math.round(millis));

export function memorySentence(usage: Usage, text: UsageText): string {
  const { limit, peak } = usage;
  if (usage.oomAt !== null) return text.said.killed(duration(usage.oomAt), bytes(limit ?? peak));
  const d = duration(usage.length);
  if (limit === null) return text.said.peak(bytes(peak), d);
  return text.said.peakOf(bytes(peak), bytes(limit), percent(peak, limit), d);
}

export function cpuSentence({ cpuMean, cpuPeak, cpuLimit }: Usage, text: UsageText): string {
  if (cpuLimit === null) return text.said.cpu(usedCpu(cpuMean), usedCpu(cpuPeak));
  return text.said.cpuOf(usedCpu(cpuMean), usedCpu(cpuPeak), cpu(cpuLimit));
}

export function memoryCurve(stats: Stats, text: UsageText): Said {
  const usage = usageOf(stats);
  const last = stats.memory_bytes.at(-1) ?? 0;
  return {
    curve: {
      unit: "bytes",
      write: bytes,
      t: stats.t_ms,
      layers: [{ values: stats.memory_bytes, color: "--accent", fill: 14 }],
      levels: levels(usage.request, usage.limit, bytes, text),
      point: usage.oomAt === null ? null : { t: usage.oomAt, value: last, label: text.killed },
    },
    sentence: memorySentence(usage, text),
  };
}

export function cpuCurve(stats: Stats, text: UsageText): Said {
  const usage = usageOf(stats);
  return {
    curve: {
      unit: "cpu",
      write: usedCpu,
      t: stats.t_ms,
      layers: [{ values: stats.cpu_millis, color: "--accent", fill: 14 }],
      levels: levels(usage.cpuRequest, usage.cpuLimit, cpu, text),
      point: null,
    },
    sentence: cpuSentence(usage, text),
  };
}
