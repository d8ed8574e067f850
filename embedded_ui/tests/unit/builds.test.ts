import { expect, test } from "vitest";
import type { Build } from "../../src/api/types";
import { readPath } from "../../src/base/address";
import { dockerfileLines, nameOf, openStep, stepPhase } from "../../src/feature/builds/builds";
import { withListed } from "../../src/feature/builds/live";
import { GrowingLog } from "../../src/feature/logs/growing-log";
import { chosenLines, linesOf, linesText } from "../../src/feature/logs/lines";

const step = (number: number, state: "running" | "done" | "failed" | "stopped"): Build["steps"][number] => ({
  number,
  instruction: "RUN true",
  state,
  cached: false,
  started_at: "2026-01-01T00:00:00Z",
  duration_ms: null,
  exit_code: null,
  dockerfile_lines: null,
  log_from: 0,
  log_to: 0,
});

test("the step that failed is open, else the newest that runs, else none", () => {
  const error = { message: "", step: 2, exit_code: 1, lines: [] };
  expect(openStep({ steps: [step(1, "done"), step(2, "failed"), step(3, "running")], error })).toBe(2);
  expect(openStep({ steps: [step(1, "failed")], error: null })).toBe(1);
  expect(openStep({ steps: [step(1, "running"), step(2, "running")], error: null })).toBe(2);
  expect(openStep({ steps: [step(1, "done"), step(2, "stopped")], error: null })).toBe(2);
  expect(openStep({ steps: [step(1, "done")], error: null })).toBeNull();
});

test("a step from the cache looks like a node from the cache", () => {
  expect(stepPhase({ state: "done", cached: true })).toBe("CACHED");
  expect(stepPhase({ state: "done", cached: false })).toBe("SUCCEEDED");
  expect(stepPhase({ state: "failed", cached: false })).toBe("FAILED");
});

test("a build without a tag is called by its id, and its address leads to its page", () => {
  expect(nameOf({ id: "b1", tags: [] })).toBe("b1");
  expect(nameOf({ id: "b1", tags: ["a:1", "b:1"] })).toBe("a:1");
  expect(readPath("/console/builds/b1")).toEqual({ page: "build", id: "b1" });
  expect(readPath("/console/builds")).toEqual({ page: "images" });
});

test("the lines of the Dockerfile that are the step", () => {
  const lines = dockerfileLines({ dockerfile_text: "FROM a\r\nRUN b \\\n  c\n" }, { dockerfile_lines: [2, 3] });
  expect(lines.map(({ number, text, here }) => [number, text, here])).toEqual([
    [1, "FROM a", false],
    [2, "RUN b \\", true],
    [3, "  c", true],
  ]);
  expect(dockerfileLines({ dockerfile_text: "A" }, { dockerfile_lines: null })[0]?.here).toBe(false);
});

test("rows of a list take the place of their older selves, come in, and go", () => {
  const key = ({ id }: { id: string }) => id;
  const list: { id: string; rev?: number; gone?: boolean }[] = [{ id: "a", rev: 5 }, { id: "b" }];
  const rows = [
    { id: "a", rev: 4 },
    { id: "b", rev: 7 },
    { id: "c", rev: 8 },
  ];
  expect(withListed(list, rows, key, "start").map(({ id, rev }) => [id, rev])).toEqual([
    ["c", 8],
    ["a", 5],
    ["b", 7],
  ]);
  expect(withListed(list, [{ id: "a", rev: 9, gone: true }], key, "end").map(key)).toEqual(["b"]);
});

test("lines of an address, and their choice", () => {
  expect([linesOf("10"), linesOf("10-20"), linesOf("x"), linesOf(null)]).toEqual([[10, 10], [10, 20], null, null]);
  expect([linesText([10, 10]), linesText([10, 20]), linesText(null)]).toEqual(["10", "10-20", null]);
  expect([chosenLines([10, 12], 5, true), chosenLines([10, 12], 20, true)]).toEqual([
    [5, 10],
    [10, 20],
  ]);
  expect(chosenLines([10, 12], 5, false)).toEqual([5, 5]);
});

test("a piece of a log is read as far as it is told, once, and its end when it is long", async () => {
  const asked: [number, number][] = [];
  const read = async (from: number, count: number) => {
    asked.push([from, count]);
    const text = Array.from({ length: Math.min(count, 5000) }, (_, index) => `line ${from + index}`);
    return { from, total: 1e6, complete: false, text, time_ms: [], stderr: [], cut: [] };
  };
  const log = new GrowingLog(read, 100);
  await Promise.all([log.upTo(103), log.upTo(105)]);
  expect(log.lines.map(({ text }) => text)).toEqual([100, 101, 102, 103, 104].map((n) => `line ${n}`));
  expect(asked).toEqual([
    [100, 3],
    [103, 2],
  ]);
  const long = new GrowingLog(read, 0);
  await long.upTo(30_000);
  expect([long.skipped, long.lines.length, long.lines[0]?.text]).toEqual([10_000, 20_000, "line 10000"]);
});

test("a log that cannot be read says why, and is read again when it is asked", async () => {
  let broken = true;
  const log = new GrowingLog(async (from) => {
    if (broken) throw new Error("away");
    return { from, total: 1, complete: true, text: ["x"], time_ms: [], stderr: [], cut: [] };
  }, 0);
  await log.upTo(1);
  expect([log.ready, log.error?.message]).toEqual([true, "away"]);
  broken = false;
  await log.upTo(1);
  expect([log.error, log.lines.length]).toEqual([null, 1]);
});
