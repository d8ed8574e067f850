import { describe, expect, test } from "vitest";
import type { RunAttempt, RunNode } from "../../src/api/types";
import { idleGaps, makeScale, ticks, union } from "../../src/feature/timeline/scale";
import { attemptSegments, lengths, nodeSegments } from "../../src/feature/timeline/segments";

const at = (seconds: number): string => new Date(seconds * 1000).toISOString();

const attempt = (over: Partial<RunAttempt>): RunAttempt => ({ node: "n0", attempt: 0, phase: "SUCCEEDED", ...over });

describe("the axis", () => {
  test("joins what overlaps", () => {
    expect(
      union([
        { from: 5, to: 8 },
        { from: 0, to: 2 },
        { from: 1, to: 3 },
      ]),
    ).toEqual([
      { from: 0, to: 3 },
      { from: 5, to: 8 },
    ]);
  });

  test("without folding, time is proportional to width", () => {
    const scale = makeScale({ from: 1000, to: 11_000 }, [], false);
    expect(scale.at(1000)).toBe(0);
    expect(scale.at(6000)).toBeCloseTo(0.5);
    expect(scale.at(20_000)).toBe(1);
    expect(scale.time(0.25)).toBeCloseTo(3500);
  });

  test("folds a long time in which nothing happened", () => {
    const view = { from: 0, to: 100_000 };
    const activity = [
      { from: 0, to: 10_000 },
      { from: 90_000, to: 100_000 },
    ];
    expect(idleGaps(view, activity)).toEqual([{ from: 10_000, to: 90_000 }]);
    const scale = makeScale(view, activity, true);
    expect(scale.gaps).toHaveLength(1);
    expect(scale.at(10_000)).toBeCloseTo(0.49);
    expect(scale.at(90_000)).toBeCloseTo(0.51);
    expect(scale.time(scale.at(95_000))).toBeCloseTo(95_000);
  });

  test("keeps short pauses", () => {
    const activity = [
      { from: 0, to: 50_000 },
      { from: 51_000, to: 100_000 },
    ];
    expect(makeScale({ from: 0, to: 100_000 }, activity, true).gaps).toEqual([]);
  });

  test("has round ticks, none in a folded gap", () => {
    expect(ticks(makeScale({ from: 0, to: 61_000 }, [], false), 0, 4)).toEqual([0, 20_000, 40_000]);
    const folded = makeScale(
      { from: 0, to: 100_000 },
      [
        { from: 0, to: 10_000 },
        { from: 90_000, to: 100_000 },
      ],
      true,
    );
    for (const tick of ticks(folded, 0, 5)) expect(tick <= 10_000 || tick >= 90_000).toBe(true);
  });
});

describe("bars", () => {
  test("an attempt is split into waiting, pulling, starting, running", () => {
    const segments = attemptSegments(
      attempt({
        created_at: at(0),
        admitted_at: at(2),
        pull_started_at: at(2),
        pull_ended_at: at(5),
        started_at: at(6),
        ended_at: at(9),
      }),
      0,
      "SUCCEEDED",
    );
    expect(segments.map(({ kind, from, to }) => [kind, from / 1000, to / 1000])).toEqual([
      ["wait", 0, 2],
      ["pull", 2, 5],
      ["start", 5, 6],
      ["run", 6, 9],
    ]);
  });

  test("one that ended and tells no instants has waited no longer than it lasted", () => {
    const echo = attempt({ phase: "SUCCEEDED", created_at: at(0) });
    expect(attemptSegments(echo, 4000, "SUCCEEDED").map(({ from, to, open }) => [from, to, open])).toEqual([
      [0, 0, false],
    ]);
  });

  test("what goes on ends now and stays open", () => {
    const [wait] = attemptSegments(attempt({ phase: "QUEUED", created_at: at(0) }), 4000, "QUEUED");
    expect(wait).toMatchObject({ kind: "wait", to: 4000, open: true });
    const running = attemptSegments(
      attempt({ phase: "RUNNING", created_at: at(0), admitted_at: at(1), started_at: at(2) }),
      7000,
      "RUNNING",
    );
    expect(running.at(-1)).toMatchObject({ kind: "run", to: 7000, open: true });
    expect(running.filter(({ open }) => open)).toHaveLength(1);
  });

  test("lengths that are not known are not made up", () => {
    expect(lengths(attempt({ created_at: at(0), started_at: at(3), ended_at: at(4) }), 0)).toEqual({
      queued: 3000,
      pull: null,
      start: null,
      run: 1000,
    });
  });

  test("a cached node is an outline, a gate waits, a failure that was retried keeps its colour", () => {
    const node: RunNode = {
      id: "n0",
      spec_id: "n0",
      name: "n0",
      display: "f",
      kind: "task",
      phase: "SUCCEEDED",
      attempts: 1,
      order: 0,
      started_at: at(1),
      ended_at: at(1),
    };
    expect(nodeSegments({ ...node, cache: { status: "CACHE_HIT" } }, [], false, 0)).toMatchObject([{ kind: "cached" }]);
    expect(nodeSegments({ ...node, kind: "gate" }, [], false, 0)).toMatchObject([{ kind: "wait" }]);
    const failed = attempt({ phase: "RETRYABLE_FAILED", started_at: at(0), ended_at: at(2) });
    const good = attempt({ attempt: 1, started_at: at(3), ended_at: at(4) });
    const phases = nodeSegments(node, [failed, good], false, 0)
      .filter(({ kind }) => kind === "run")
      .map(({ phase }) => phase);
    expect(phases).toEqual(["RETRYABLE_FAILED", "SUCCEEDED"]);
  });
});
