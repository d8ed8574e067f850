// Curves of many attempts as layers that lie on each other.
import type { AttemptStats } from "../../api/usage";

export interface StackLayer {
  /** The node whose attempts it adds up; empty: all that have no layer of their own. */
  node: string;
  values: number[];
}

export interface Stack {
  /** Milliseconds since `from`. */
  t: number[];
  layers: StackLayer[];
}

interface Timed {
  stats: AttemptStats;
  from: number;
}

/** What an attempt used at a time of its own: the next sample covers the time since the one before. */
function valueAt(times: number[], values: number[], at: number): number {
  if (at < 0 || at > (times.at(-1) ?? -1)) return 0;
  let low = 0;
  let high = times.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((times[middle] ?? 0) < at) low = middle + 1;
    else high = middle;
  }
  return values[low] ?? 0;
}

/**
 * Sums of all attempts at `points` even times, a layer for each node: at most `most`, those with the largest sums; the
 * others are one. Times are milliseconds since 1970 by the server; null when there is no sample at all.
 */
export function stackOf(
  attempts: readonly AttemptStats[],
  of: "memory_bytes" | "cpu_millis",
  { points = 400, most = 7 }: { points?: number; most?: number } = {},
): (Stack & { from: number }) | null {
  const timed: Timed[] = attempts
    .map((stats) => ({ stats, from: Date.parse(stats.started_at ?? "") }))
    .filter(({ stats, from }) => !Number.isNaN(from) && stats.t_ms.length > 0);
  if (timed.length === 0) return null;
  const from = Math.min(...timed.map((each) => each.from));
  const to = Math.max(...timed.map((each) => each.from + (each.stats.t_ms.at(-1) ?? 0)));
  const step = Math.max(1, (to - from) / (points - 1));
  const t = Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, index) => index * step);
  const byNode = new Map<string, { values: number[]; sum: number }>();
  for (const { stats, from: began } of timed) {
    const layer = byNode.get(stats.node) ?? { values: t.map(() => 0), sum: 0 };
    const first = Math.max(0, Math.ceil((began - from) / step));
    const last = Math.min(t.length - 1, Math.floor((began - from + (stats.t_ms.at(-1) ?? 0)) / step));
    for (let index = first; index <= last; index += 1) {
      const value = valueAt(stats.t_ms, stats[of], from + (t[index] ?? 0) - began);
      layer.values[index] = (layer.values[index] ?? 0) + value;
      layer.sum += value;
    }
    byNode.set(stats.node, layer);
  }
  const ranked = [...byNode].sort(([, a], [, b]) => b.sum - a.sum);
  const own = new Set(ranked.slice(0, ranked.length > most + 1 ? most : most + 1).map(([node]) => node));
  const layers: StackLayer[] = [...byNode]
    .filter(([node]) => own.has(node))
    .map(([node, { values }]) => ({ node, values }));
  const rest = ranked.filter(([node]) => !own.has(node));
  if (rest.length > 0)
    layers.push({
      node: "",
      values: t.map((_, index) => rest.reduce((sum, [, { values }]) => sum + (values[index] ?? 0), 0)),
    });
  return { from, t, layers };
}

/** Each layer with all below it, for drawing from the top layer down. */
export function cumulated(layers: readonly StackLayer[]): number[][] {
  const below: number[] = [];
  return layers.map(({ values }) =>
    values.map((value, index) => {
      below[index] = (below[index] ?? 0) + value;
      return below[index] ?? 0;
    }),
  );
}
