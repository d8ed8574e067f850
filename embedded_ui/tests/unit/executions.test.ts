import { describe, expect, it } from "vitest";
import { type ExecutionFilters, fits } from "../../src/api/executions";
import type { ExecutionRow } from "../../src/api/types";
import { filtersOf } from "../../src/pages/executions/filters";

const row = {
  id: "a1",
  phase: "RUNNING",
  what: { kind: "workflow", name: "wf", version: "v1" },
  plan: "nightly",
  plan_version: "p7",
  principal: "me",
  archived: false,
  labels: { team: "red", empty: "" },
  error: null,
  started_at: "2026-11-29T14:00:00Z",
} as unknown as ExecutionRow;

describe("filters of executions", () => {
  const read = (query: string) => filtersOf(new URLSearchParams(query), 0);

  it("are what an address has", () => {
    expect(read("label=team%3Dred,x&user=me&version=v1&q=oom")).toEqual({
      label: "team=red,x",
      user: "me",
      version: "v1",
      q: "oom",
    });
    expect(read("what=wf")).toEqual({ what: "wf" });
    expect(read("what=workflow:wf")).toEqual({ kind: "workflow", what: "wf" });
    expect(read("what=workflow:wf:v1")).toEqual({ kind: "workflow", what: "wf", exactly: "v1" });
  });

  it.each<[string, ExecutionFilters, boolean]>([
    ["its label", { label: "team" }, true],
    ["its label and value", { label: "team=red,empty" }, true],
    ["another value", { label: "team=blue" }, false],
    ["one of two labels", { label: "team=red,other" }, false],
    ["who launched it", { user: "me" }, true],
    ["somebody else", { user: "m" }, false],
    ["its version", { kind: "workflow", what: "wf", exactly: "v1" }, true],
    ["a part of its version", { kind: "workflow", what: "wf", exactly: "v" }, false],
    ["the version of its plan", { kind: "launch_plan", what: "nightly", exactly: "p7" }, true],
    ["its own version as its plan's", { kind: "launch_plan", what: "nightly", exactly: "v1" }, false],
  ])("take a live row by %s", (_, filters, taken) => expect(fits(row, filters)).toBe(taken));
});
