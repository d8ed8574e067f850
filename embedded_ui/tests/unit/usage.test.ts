import { describe, expect, it } from "vitest";
import type { Stats } from "../../src/api/types";
import { type AttemptStats, withSample } from "../../src/api/usage";
import { cpuCurve, memoryCurve } from "../../src/feature/curve/curves";
import { labelSides, topOf } from "../../src/feature/curve/draw";
import { sparkPoints } from "../../src/feature/curve/Spark";
import { cumulated, stackOf } from "../../src/feature/curve/stack";
import { byteTicks, cpuTicks, timeLabel, timeTicks } from "../../src/feature/curve/ticks";
import { askedTooMuch, evenly, usageOf } from "../../src/feature/curve/usage";
import { usageEn } from "../../src/text/usage.en";

const MI = 2 ** 20;

const stats = (more: Partial<Stats> = {}): Stats => ({
  started_at: "2026-11-29T14:00:00.000Z",
  t_ms: [0, 1000, 3000],
  cpu_millis: [0, 900, 300],
  memory_bytes: [10 * MI, 50 * MI, 100 * MI],
  peak_memory_bytes: 100 * MI,
  oom_at_ms: null,
  request: { cpu_millis: 500, memory_bytes: 100 * MI },
  limit: { cpu_millis: 1000, memory_bytes: 200 * MI },
  ...more,
});

const attempt = (node: string, startedAt: string, more: Partial<Stats> = {}): AttemptStats => ({
  ...stats(more),
  started_at: startedAt,
  node,
  attempt: 0,
  item: null,
  array: null,
  pod: `${node}-0`,
  ns: "p-d",
});

describe("axes", () => {
  it("mark sizes at whole parts of their units", () => {
    expect(byteTicks(240 * MI)).toEqual([0, 64, 128, 192].map((n) => n * MI));
    expect(byteTicks(0.9)).toEqual([0]);
    expect(cpuTicks(1200)).toEqual([0, 500, 1000]);
  });
  it("mark times at whole seconds, minutes and hours", () => {
    expect(timeTicks(47_700, 5)).toEqual([0, 10_000, 20_000, 30_000, 40_000]);
    expect(timeTicks(5_400_000, 4)).toEqual([0, 1_800_000, 3_600_000, 5_400_000]);
    expect([0, 200, 5000, 90_000, 3_600_000].map(timeLabel)).toEqual(["0", "200ms", "5s", "1m 30s", "1h"]);
  });
  it("have room above the highest line", () => {
    const { curve } = memoryCurve(stats(), usageEn);
    expect(topOf(curve)).toBeGreaterThan(200 * MI);
  });
  it("labels of lines close together stand on both sides", () => {
    const levels = [
      { at: 200, label: "limit", kind: "limit" as const },
      { at: 190, label: "request", kind: "request" as const },
    ];
    expect(labelSides(levels, (at) => 220 - at, 200)).toEqual(["above", "below"]);
    expect(labelSides(levels, (at) => 220 - at, 40)).toEqual(["above", "above"]);
    expect(labelSides(levels, (at) => (220 - at) * 10, 2000)).toEqual(["above", "above"]);
  });
});

describe("an attempt's curve", () => {
  it("says the peak of the limit, with its share", () => {
    expect(memoryCurve(stats(), usageEn).sentence).toBe("At most 100 MiB of 200 MiB (50 %) in 3.0s.");
    expect(cpuCurve(stats(), usageEn).sentence).toBe("0.5 on average, at most 0.9 of 1.");
  });
  it("has request and limit as lines, one when they are the same", () => {
    expect(memoryCurve(stats(), usageEn).curve.levels.map(({ label }) => label)).toEqual([
      "limit 200 MiB",
      "request 100 MiB",
    ]);
    const same = stats({ request: { memory_bytes: 200 * MI } });
    expect(memoryCurve(same, usageEn).curve.levels.map(({ label }) => label)).toEqual(["request and limit 200 MiB"]);
    expect(memoryCurve(stats({ request: {}, limit: {} }), usageEn).curve.levels).toEqual([]);
  });
  it("ends on the limit when it was killed for want of memory", () => {
    const killed = stats({ oom_at_ms: 3000, memory_bytes: [10 * MI, 50 * MI, 200 * MI] });
    const { curve, sentence } = memoryCurve(killed, usageEn);
    expect(curve.point).toEqual({ t: 3000, value: 200 * MI, label: "out of memory" });
    expect(curve.point?.value).toBe(curve.levels[0]?.at);
    expect(sentence).toContain("wanted more than its limit of 200 MiB");
  });
  it("grows by samples, each once", () => {
    const sample = { ns: "p-d", pod: "x", t_ms: 4000, cpu_millis: 100, memory_bytes: 150 * MI };
    const grown = withSample(stats(), sample);
    expect(grown.t_ms).toEqual([0, 1000, 3000, 4000]);
    expect(grown.peak_memory_bytes).toBe(150 * MI);
    expect(withSample(grown, sample)).toBe(grown);
  });
  it("is drawn small from the bottom to its top", () => {
    expect(sparkPoints([0, 50, 100], [0, 50, 200], 100)).toBe("0.0,26.0 200.0,13.0 400.0,0.0");
  });
  it("has a mean weighted by time", () => {
    expect(usageOf(stats()).cpuMean).toBe(500);
    expect(usageOf(stats({ t_ms: [], cpu_millis: [], memory_bytes: [], peak_memory_bytes: null })).peak).toBe(0);
  });
});

describe("what was asked for in vain", () => {
  it("is less than half used", () => {
    expect(askedTooMuch(4096 * MI, 310 * MI)).toBe(true);
    expect(askedTooMuch(400 * MI, 310 * MI)).toBe(false);
    expect(askedTooMuch(null, 310 * MI)).toBe(false);
    expect(askedTooMuch(400 * MI, 0)).toBe(false);
  });
  it("tables have the first and the last row", () => {
    expect(evenly(3, 60)).toEqual([0, 1, 2]);
    expect(evenly(1000, 4)).toEqual([0, 333, 666, 999]);
  });
});

describe("the curves of a run", () => {
  const one = attempt("n0", "2026-11-29T14:00:00.000Z");
  const two = attempt("n1", "2026-11-29T14:00:02.000Z");
  it("add up by node at the same times", () => {
    const stack = stackOf([one, two], "memory_bytes", { points: 6 });
    expect(stack?.t).toEqual([0, 1000, 2000, 3000, 4000, 5000]);
    expect(stack?.layers.map(({ node }) => node)).toEqual(["n0", "n1"]);
    expect(stack?.layers[0]?.values.map((value) => value / MI)).toEqual([10, 50, 100, 100, 0, 0]);
    expect(stack?.layers[1]?.values.map((value) => value / MI)).toEqual([0, 0, 10, 50, 100, 100]);
    expect(cumulated(stack?.layers ?? [])[1]?.map((value) => value / MI)).toEqual([10, 50, 110, 150, 100, 100]);
  });
  it("put small nodes together when there are many", () => {
    const many = Array.from({ length: 12 }, (_, index) =>
      attempt(`n${index}`, "2026-11-29T14:00:00.000Z", {
        memory_bytes: [index, index, index].map((n) => n * MI),
      }),
    );
    const stack = stackOf(many, "memory_bytes", { points: 4, most: 3 });
    expect(stack?.layers.map(({ node }) => node)).toEqual(["n9", "n10", "n11", ""]);
    expect(stack?.layers.at(-1)?.values[0]).toBe(36 * MI);
  });
  it("are none without samples", () => {
    expect(stackOf([attempt("n0", "2026-11-29T14:00:00.000Z", { t_ms: [] })], "cpu_millis")).toBeNull();
  });
});
