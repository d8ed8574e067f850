// Where the axes of a curve have their marks.

/** The smallest of `steps` that divides `span` into at most `most` parts; the largest when none does. */
const stepOf = (steps: readonly number[], span: number, most: number): number =>
  steps.find((step) => span / step <= most) ?? steps.at(-1) ?? 1;

function upTo(max: number, step: number): number[] {
  const out: number[] = [];
  for (let at = 0; at <= max; at += step) out.push(at);
  return out;
}

const BINARY = Array.from({ length: 46 }, (_, power) => [2 ** power, 1.25 * 2 ** (power + 1)])
  .flat()
  .filter((step) => Number.isInteger(step))
  .sort((a, b) => a - b);

/** Marks of sizes from 0 on, at whole parts of a KiB, MiB or GiB. */
export function byteTicks(max: number, most = 4): number[] {
  return upTo(max, stepOf(BINARY, max, most));
}

const MILLIS = Array.from({ length: 8 }, (_, power) => [1, 2, 5].map((each) => each * 10 ** power)).flat();

/** Marks of amounts of cpu from 0 on, in thousandths. */
export function cpuTicks(max: number, most = 4): number[] {
  return upTo(max, stepOf(MILLIS, max, most));
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const TIMES = [
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500],
  ...[1, 2, 5, 10, 15, 30].map((each) => each * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((each) => each * MINUTE),
  ...[1, 2, 3, 6, 12, 24, 48, 168].map((each) => each * HOUR),
];

/** Marks of milliseconds since a start. */
export function timeTicks(max: number, most: number): number[] {
  return upTo(max, stepOf(TIMES, max, Math.max(1, most)));
}

/** A mark on the axis of times: "0", "500ms", "5s", "1m 30s". */
export function timeLabel(ms: number): string {
  if (ms === 0) return "0";
  if (ms < SECOND) return `${ms}ms`;
  const hours = Math.floor(ms / HOUR);
  const minutes = Math.floor((ms % HOUR) / MINUTE);
  const seconds = Math.floor((ms % MINUTE) / SECOND);
  const parts = [hours > 0 ? `${hours}h` : "", minutes > 0 ? `${minutes}m` : "", seconds > 0 ? `${seconds}s` : ""];
  return parts.filter((part) => part !== "").join(" ");
}
