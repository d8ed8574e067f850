import { describe, expect, test } from "vitest";
import type { Run, RunNode } from "../../src/api/types";
import type { RunName } from "../../src/base/kinds";
import { addressOf, keyOf, nodeAt } from "../../src/pages/execution/nodes/tree";
import { unfold } from "../../src/pages/execution/nodes/unfold";

const named = (name: string): RunName => ({ project: "p", domain: "d", name });
const [page, child, grandchild] = [named("x"), named("child"), named("grandchild")];

/** A run of one node, which starts another run or is a map. */
const run = (of: RunName, node: Partial<RunNode>, parent?: RunName): Run =>
  ({
    execution: { id: of.name, parent: parent ? { ...parent, execution: parent.name, node: "n0" } : null },
    story: { code: "ok", text: "" },
    nodes: [{ id: "n0", kind: "launch_plan", phase: "SUCCEEDED", order: 0, ...node }],
    attempts: [],
  }) as unknown as Run;
const starts = ({ project, domain, name }: RunName) => ({ child_execution: { project, domain, id: name } });

const whole = run(page, starts(child));
const inChild = run(child, starts(grandchild), page);
const inGrandchild = run(grandchild, { kind: "array", items: { total: 2 } }, child);

const unfolded = (knows: Record<string, Run>, over: Partial<Parameters<typeof unfold>[0]> = {}) =>
  unfold({ run: page, data: whole, known: ({ name }) => knows[name], seen: [], chosen: new Map(), ...over });
const all = { child: inChild, grandchild: inGrandchild };

describe("runs in one another", () => {
  test("are asked for as their rows are opened, as far as they are known", () => {
    expect(unfolded(all).runs).toEqual([]);
    const chosen = new Map([page, child, grandchild].map((of) => [keyOf(of, "n0"), true]));
    expect(unfolded({}, { chosen }).runs).toEqual([child]);
    expect(unfolded({ child: inChild }, { chosen }).runs).toEqual([child, grandchild]);
    expect(unfolded(all, { chosen }).arrays).toMatchObject([{ run: grandchild, array: { id: "n0" } }]);
  });

  test("are open on the way to a node that is looked at", () => {
    const seen = [{ run: grandchild, id: "n0", inside: false }];
    const { opened, runs } = unfolded(all, { seen });
    expect([...opened]).toEqual([keyOf(page, "n0"), keyOf(child, "n0")]);
    expect(runs).toContainEqual(grandchild);
    // Nothing but the node is known yet: what started its run is asked for.
    expect(unfolded({ grandchild: inGrandchild }, { seen }).runs).toContainEqual(child);
  });

  test("are open on the way to what failed in them", () => {
    const failed = { ...whole, nodes: [{ ...(whole.nodes[0] as RunNode), phase: "FAILED" }] };
    expect(unfolded({}, { data: failed }).runs).toEqual([child]);
  });

  test("an address names nodes of the page's run by their ids alone", () => {
    expect(addressOf(page, page, "n0")).toBe("n0");
    expect(nodeAt(page, "n0")).toEqual({ run: page, id: "n0" });
    expect(addressOf(page, child, "n0")).toBe("p/d/child|n0");
    expect(nodeAt(page, "p/d/child|n0")).toEqual({ run: child, id: "n0" });
    expect(nodeAt(page, "odd|n0")).toEqual({ run: page, id: "odd|n0" });
  });
});
