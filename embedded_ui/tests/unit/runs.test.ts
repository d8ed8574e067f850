import { expect, test } from "vitest";
import { client } from "../../src/api/client";
import { applyRuns, entitiesKey } from "../../src/api/entities";
import { fits, withRuns } from "../../src/api/executions";
import type { EntityList, ExecutionRow, StripEntry } from "../../src/api/types";
import { barsOf } from "../../src/feature/runs/bars";
import { withoutRows } from "../../src/feature/runs/use-rows";
import { en } from "../../src/text/en";

const place = { project: "p", domain: "d" };
const at = (minute: number) => `2026-11-30T10:${String(minute).padStart(2, "0")}:00.000Z`;

const row = (id: string, minute: number, more: object = {}): ExecutionRow =>
  ({
    ...place,
    id,
    phase: "RUNNING",
    what: { kind: "workflow", name: "wf", version: "v1" },
    plan: "wf",
    created_at: at(minute),
    started_at: at(minute),
    duration_ms: null,
    archived: false,
    error: null,
    abort: null,
    ...more,
  }) as unknown as ExecutionRow;

const entry = (id: string, minute: number): StripEntry => ({
  id,
  phase: "RUNNING",
  started_at: at(minute),
  duration_ms: null,
});

test("the last runs change in place, begin with what is new, and lose their oldest", () => {
  const strip = [entry("b", 2), entry("a", 1)];
  const ended = row("a", 1, { phase: "FAILED", duration_ms: 5 });
  expect(withRuns(strip, [ended], 2)[1]).toEqual({ ...entry("a", 1), phase: "FAILED", duration_ms: 5 });
  expect(withRuns(strip, [row("c", 3)], 2).map(({ id }) => id)).toEqual(["c", "b"]);
  expect(withRuns(strip, [row("old", 0)], 2)).toEqual(strip);
  expect(withRuns(strip, [row("old", 0)], 3)).toHaveLength(3);
  expect(withRuns(strip, [row("b", 2, { archived: true })], 2)).toEqual([entry("a", 1)]);
});

test("what is queued is the newest bar, not the oldest", () => {
  const queued = { ...entry("new", 0), started_at: null };
  expect(barsOf(en, place, [queued, entry("a", 1)]).map(({ id }) => id)).toEqual(["a", "new"]);
});

test("an execution goes to the workflow and the launch plan that it is of", () => {
  const entity = (name: string) => ({ name, last_run: null, strip: [] }) as unknown as EntityList["entities"][number];
  const list = { seq: 1, entities: [entity("wf"), entity("other")] } as unknown as EntityList;
  for (const kind of ["workflow", "launch_plan", "task"] as const) {
    const key = [...entitiesKey(place, kind), false];
    client.setQueryData(key, list);
    applyRuns(place, kind, [row("x", 4)]);
    const [first, second] = client.getQueryData<EntityList>(key)?.entities ?? [];
    expect(first?.strip.map(({ id }) => id)).toEqual(kind === "task" ? [] : ["x"]);
    expect(first?.last_run).toBe(kind === "task" ? null : at(4));
    expect(second).toBe(list.entities[1]);
  }
});

test("a row fits a list as the server decides it", () => {
  expect(fits(row("a", 1), { durationMin: 1000 })).toBe(false);
  expect(fits(row("a", 1), { durationMax: 1000 })).toBe(false);
  expect(fits(row("a", 1, { duration_ms: 900 }), { durationMin: 500, durationMax: 1000 })).toBe(true);
  expect(fits(row("a", 1, { abort: { cause: "seen enough" } }), { q: "ENOUGH" })).toBe(true);
  expect(fits(row("a", 1), { startedTo: Date.parse(at(1)) })).toBe(false);
  expect(fits(row("a", 1, { archived: true }), {})).toBe(false);
});

test("rows that go are counted no longer", () => {
  const page = (ids: string[]) => ({ executions: ids.map((id) => row(id, 1)), next: null, total: 9, seq: 1, rev: 1 });
  const pages = { pageParams: ["", "x"], pages: [page(["a", "b"]), page(["c"])] };
  const less = withoutRows(pages, new Set(["b", "c", "elsewhere"]));
  expect(less.pages.map(({ executions }) => executions.map(({ id }) => id))).toEqual([["a"], []]);
  expect(less.pages[0]?.total).toBe(7);
});
