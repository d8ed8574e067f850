import { describe, expect, test } from "vitest";
import { withItemRows, withRunRows } from "../../src/api/run-live";
import { sortItems } from "../../src/api/runs";
import type { Run, RunItem, RunNode } from "../../src/api/types";
import { counts, failures, fitting } from "../../src/pages/execution/nodes/filter";
import { rowPhase } from "../../src/pages/execution/nodes/items";
import { firstOpened, keyOf, rowsOf } from "../../src/pages/execution/nodes/tree";

const run = { project: "p", domain: "d", name: "x" };

const node = (id: string, over: Partial<RunNode> = {}): RunNode => ({
  id,
  spec_id: id,
  name: id,
  display: id,
  kind: "task",
  phase: "SUCCEEDED",
  attempts: 1,
  order: 0,
  ...over,
});

const data = (nodes: RunNode[], story: Partial<Run["story"]> = {}): Run =>
  ({
    seq: 1,
    rev: 1,
    execution: { id: "x" },
    story: { code: "ok", text: "", ...story },
    nodes,
    attempts: [],
  }) as unknown as Run;

const rows = (nodes: RunNode[], opened: string[] = []) =>
  rowsOf({
    run,
    data: data(nodes),
    opened: new Set(opened.map((id) => keyOf(run, id))),
    children: new Map(),
    items: new Map(),
  });

describe("the tree of nodes", () => {
  test("is by start, then by the graph; start and end are left out", () => {
    const nodes = [
      node("end", { kind: "end" }),
      node("later", { order: 3, phase: "NOT_STARTED" }),
      node("second", { started_at: "2026-01-01T00:00:02Z" }),
      node("first", { started_at: "2026-01-01T00:00:01Z", order: 9 }),
      node("soon", { order: 2, phase: "NOT_STARTED" }),
    ];
    expect(rows(nodes).map((row) => row.node.id)).toEqual(["first", "second", "soon", "later"]);
  });

  test("shows what is inside of an open node only", () => {
    const nodes = [node("w", { kind: "workflow" }), node("a", { parent: "w" }), node("b", { parent: "w" })];
    expect(rows(nodes)).toHaveLength(1);
    const open = rows(nodes, ["w"]);
    expect(open.map(({ node: { id }, level, position, siblings }) => [id, level, position, siblings])).toEqual([
      ["w", 1, 1, 1],
      ["a", 2, 1, 2],
      ["b", 2, 2, 2],
    ]);
  });

  test("strikes the cases of a branch that were not taken", () => {
    const nodes = [
      node("b", { kind: "branch", taken_case: "yes" }),
      node("yes", { parent: "b", started_at: "2026-01-01T00:00:01Z" }),
      node("no", { parent: "b", phase: "NOT_STARTED" }),
    ];
    expect(rows(nodes, ["b"]).map(({ node: { id }, notTaken }) => [id, notTaken])).toEqual([
      ["b", false],
      ["yes", false],
      ["no", true],
    ]);
  });

  test("is open on the way to the failure that the story names", () => {
    const nodes = [
      node("w", { kind: "workflow", phase: "FAILED" }),
      node("inner", { kind: "dynamic", parent: "w", phase: "FAILED" }),
      node("bad", { parent: "inner", phase: "FAILED" }),
      node("other", { kind: "workflow" }),
    ];
    const way = ["w", "inner", "bad"].map((id) => keyOf(run, id));
    expect(firstOpened(run, data(nodes, { node: "bad" }))).toEqual(new Set(way));
  });

  test("many siblings that are alike are one row with their counts", () => {
    const alike = (n: number, over: Partial<RunNode> = {}) =>
      node(`n${n}`, { task: { name: "t", version: "v" }, display: "t", upstream: ["a"], ...over });
    const first = { started_at: "2026-01-01T00:00:01Z", ended_at: "2026-01-01T00:00:02Z" };
    const many = Array.from({ length: 12 }, (_, n) => alike(n, { ended_at: "2026-01-01T00:00:09Z" }));
    many[3] = alike(3, first);
    many[5] = alike(5, { phase: "FAILED", ended_at: "2026-01-01T00:00:05Z" });
    const nodes = [node("a"), ...many, alike(99, { upstream: ["b"] })];
    const closed = rows(nodes);
    expect(closed).toHaveLength(3);
    const stack = closed.find((row) => row.stack);
    expect(stack?.stack).toMatchObject({
      phase: "FAILED",
      counts: { SUCCEEDED: 11, FAILED: 1 },
      started_at: first.started_at,
      ended_at: "2026-01-01T00:00:09Z",
    });
    expect(rows(nodes, ["n5"])).toHaveLength(15); // The one that failed is to be seen.
    expect(rows(nodes.slice(0, 12))).toHaveLength(12);
  });

  test("what failed is a leaf, by its start", () => {
    const at = (second: number) => ({ phase: "FAILED", started_at: `2026-01-01T00:00:0${second}.000Z` });
    const nodes = [node("w", at(0)), node("late", { parent: "w", ...at(3) }), node("ok"), node("early", at(1))];
    expect(failures(nodes)).toEqual(["early", "late"]);
  });

  test("counts leaves, and a filter keeps what is around them", () => {
    const nodes = [
      node("w", { kind: "workflow", phase: "FAILED" }),
      node("bad", { parent: "w", phase: "FAILED" }),
      node("good", { parent: "w" }),
      node("idle", { phase: "NOT_STARTED" }),
    ];
    expect(counts(nodes)).toEqual({ failed: 1, running: 0, succeeded: 1, notStarted: 1 });
    expect(fitting(nodes, ["failed"], "")).toEqual(new Set(["bad", "w"]));
    expect(fitting(nodes, [], "goo")).toEqual(new Set(["good", "w"]));
    expect(fitting(nodes, [], "")).toBeNull();
  });

  test("a map counts as its items, and fits with any of them", () => {
    const items = { total: 5, by_phase: { SUCCEEDED: 3, FAILED: 1, NOT_STARTED: 1 } };
    const nodes = [node("map", { kind: "array", phase: "FAILED", items }), node("good")];
    expect(counts(nodes)).toEqual({ failed: 1, running: 0, succeeded: 4, notStarted: 1 });
    expect(fitting(nodes, ["succeeded"], "")).toEqual(new Set(["map", "good"]));
    expect(fitting(nodes, ["running"], "")).toEqual(new Set());
  });
});

test("rows of the live channel take the place of older ones only", () => {
  const before = data([node("a", { rev: 2, phase: "RUNNING" })]);
  const after = withRunRows(before, [
    { event: "node", row: { ...node("a", { rev: 1, phase: "QUEUED" }) } },
    { event: "node", row: { ...node("b", { rev: 5 }) } },
    { event: "attempt", row: { node: "a", attempt: 0, phase: "RUNNING", rev: 3 } },
    { event: "execution", row: { id: "child-of-it", phase: "FAILED" } },
  ]);
  expect(after.nodes.map(({ id, phase }) => [id, phase])).toEqual([
    ["a", "RUNNING"],
    ["b", "SUCCEEDED"],
  ]);
  expect(after.attempts).toHaveLength(1);
  expect(after.execution).toBe(before.execution);
});

test("an attempt that runs is no longer said to start, although its node's row is older", () => {
  const of = node("a", { phase: "RUNNING", wait: { code: "STARTING", text: "" } as NonNullable<RunNode["wait"]> });
  const phaseWith = (...phases: string[]) =>
    rowPhase({
      node: of,
      item: null,
      stack: null,
      attempts: phases.map((phase) => ({ node: "a", attempt: 0, phase })),
    });
  expect(phaseWith("INITIALIZING")).toBe("INITIALIZING");
  expect(phaseWith("RUNNING")).toBe("RUNNING");
});

test("items that failed come first, then those that run", () => {
  const item = (n: number, phase: string): RunItem => ({ node: "m", item: n, attempt: 0, phase });
  const sorted = sortItems([item(0, "SUCCEEDED"), item(1, "RUNNING"), item(2, "FAILED"), item(3, "SUCCEEDED")]);
  expect(sorted.map((each) => each.item)).toEqual([2, 1, 0, 3]);
});

test("an item is shown by its newest attempt, whatever order the live channel tells them in", () => {
  const item = (n: number, attempt: number, phase: string): RunItem => ({ node: `m-0-n${n}`, item: n, attempt, phase });
  const data = { seq: 1, rev: 1, total: 3, next: null, items: [item(0, 0, "RUNNING"), item(1, 1, "RUNNING")] };
  const told = (row: RunItem) => ({ event: "item", row: row as unknown as Record<string, unknown> });
  const { items } = withItemRows(data, [
    told(item(0, 0, "FAILED")),
    told(item(0, 1, "RUNNING")),
    told(item(1, 0, "FAILED")),
    told(item(2, 0, "SUCCEEDED")),
  ]);
  expect(items.map((each) => [each.item, each.attempt, each.phase])).toEqual([
    [0, 1, "RUNNING"],
    [1, 1, "RUNNING"],
    [2, 0, "SUCCEEDED"],
  ]);
});
