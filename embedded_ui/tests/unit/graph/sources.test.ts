import { describe, expect, it } from "vitest";
import type { CompiledWorkflowClosureJson, NodeJson, Run, RunNode } from "../../../src/api/types";
import { casesOf, conditionsOf } from "../../../src/feature/graph/conditions";
import { workflowNodes } from "../../../src/feature/graph/from-workflow";
import { buildModel, forkOf } from "../../../src/feature/graph/model";
import { newestNodes, Progress, rootsOfBranches, runNodes } from "../../../src/pages/execution/graph/from-run";
import { worstPhase } from "../../../src/pages/execution/graph/run-looks";

const task = (id: string, name: string): NodeJson => ({ id, taskNode: { referenceId: { name, version: "v1" } } });

const branch: NodeJson = {
  id: "n1",
  metadata: { name: "size" },
  branchNode: {
    ifElse: {
      case: {
        condition: {
          comparison: { operator: "GT", leftValue: { var: "n0.o0" }, rightValue: { primitive: { integer: "10" } } },
        },
        thenNode: task("n1-n0", "kinds.load"),
      },
      other: [
        {
          condition: {
            conjunction: {
              operator: "AND",
              leftExpression: {
                comparison: {
                  operator: "EQ",
                  leftValue: { var: ".mode" },
                  rightValue: { primitive: { stringValue: "x" } },
                },
              },
              rightExpression: {
                comparison: {
                  operator: "NEQ",
                  leftValue: { var: "n0.loss" },
                  rightValue: { primitive: { floatValue: 0.5 } },
                },
              },
            },
          },
          thenNode: task("n1-n1", "kinds.other"),
        },
      ],
      elseNode: task("n1-n2", "kinds.publish"),
    },
  },
};

const inner = {
  template: { id: { name: "kinds.inner", version: "v1" }, nodes: [task("n0", "kinds.echo"), branch] },
  connections: { upstream: { n0: { ids: ["start-node"] }, n1: { ids: ["n0"] }, "n1-n0": { ids: ["n0"] } } },
};

const closure: CompiledWorkflowClosureJson = {
  primary: {
    template: {
      nodes: [
        { id: "start-node" },
        { id: "n1", workflowNode: { subWorkflowRef: { name: "kinds.inner", version: "v1" } } },
        { id: "n0", arrayNode: { node: task("", "kinds.shard") } },
        { id: "n2", gateNode: {}, metadata: { name: "approve" } },
      ],
      failureNode: task("fn0", "kinds.clean"),
    },
    connections: { upstream: { n0: { ids: ["start-node"] }, n1: { ids: ["n0"] }, n2: { ids: ["n1"] } } },
  },
  subWorkflows: [inner],
};

describe("conditions", () => {
  it("are written as people write them, with the names of nodes", () => {
    const names = new Map([["n0", "echo"]]);
    expect(casesOf(branch, (id) => names.get(id) ?? id).map(({ condition }) => condition)).toEqual([
      "if echo > 10",
      'if mode = "x" and echo.loss ≠ 0.5',
      "else",
    ]);
    expect(conditionsOf(inner.template).get("n1-n0")).toBe("if echo > 10");
  });
});

describe("a registered workflow", () => {
  const nodes = workflowNodes(closure);
  it("has what is in its sub-workflows and branches, in topological order", () => {
    expect(nodes.map(({ id, kind, name }) => [id, kind, name])).toEqual([
      ["n0", "array", "shard"],
      ["n1", "workflow", "inner"],
      ["n1/n0", "task", "echo"],
      ["n1/n1", "branch", "size"],
      ["n1/n1-n0", "task", "load"],
      ["n1/n1-n1", "task", "other"],
      ["n1/n1-n2", "task", "publish"],
      ["n2", "gate", "approve"],
      ["fn0", "task", "clean"],
    ]);
    expect(nodes.find(({ id }) => id === "n1/n1-n2")).toMatchObject({ parent: "n1/n1", condition: "else" });
    expect(nodes.find(({ id }) => id === "n1/n0")?.target).toEqual({
      kind: "task",
      id: { name: "kinds.echo", version: "v1" },
    });
  });
  it("draws", () => {
    const lines = buildModel(nodes).lines.map(({ from, to }) => `${from} ${to}`);
    expect(lines).toEqual(expect.arrayContaining(["n0 n1", "n1 n2", "n1/n0 n1/n1", "n2 end", "start fn0", "start n0"]));
    expect(lines).toContain(`${forkOf("n1/n1")} n1/n1-n2`);
    expect(lines).not.toContain("fn0 end");
  });
});

const runNode = (id: string, phase: string, more: Partial<RunNode> = {}): RunNode => ({
  id,
  spec_id: id.split("-0-").at(-1) ?? id,
  name: id,
  display: id,
  kind: "task",
  phase,
  attempts: 1,
  order: 0,
  ...more,
});

describe("a run", () => {
  const nodes = [
    runNode("n0", "SUCCEEDED"),
    runNode("n1", "SUCCEEDED", {
      kind: "workflow",
      workflow: { name: "kinds.inner", version: "v1" },
      upstream: ["n0"],
    }),
    runNode("n1-0-n0", "SUCCEEDED", { parent: "n1", retry_group: "0" }),
    runNode("n1-0-n1", "SUCCEEDED", {
      parent: "n1",
      kind: "branch",
      upstream: ["n1-0-n0"],
      taken_case: "n1-0-n1-0-n1-n0",
    }),
    runNode("n1-0-n1-0-n1-n0", "SUCCEEDED", { parent: "n1-0-n1", upstream: ["n1-0-n0"] }),
    runNode("n1-0-n1-0-n1-n2", "NOT_STARTED", { parent: "n1-0-n1", upstream: ["n1-0-n0"] }),
    runNode("n2", "FAILED", { upstream: ["n1"] }),
    runNode("n3", "NOT_STARTED", { upstream: ["n2"] }),
    runNode("f", "SUCCEEDED", { failure_node: true }),
  ];
  const run = { nodes, execution: { phase: "FAILED" } } as unknown as Run;
  const graph = runNodes(nodes, new Map([["", closure]]), "on failure");
  const model = buildModel(graph);
  const boxes = new Map(model.boxes.map((box) => [box.id, box]));
  const lookOf = (from: string, to: string, of: Run = run) => {
    const line = model.lines.find((each) => each.from === from && each.to === to);
    if (!line) throw new Error(`no line from ${from} to ${to}`);
    return new Progress(of).lineOf(line, boxes);
  };

  it("has the conditions of its sub-workflow's branch", () => {
    const conditions = graph.flatMap(({ id, condition }) => (condition ? [[id, condition]] : []));
    expect(conditions).toEqual([
      ["n1-0-n1-0-n1-n0", "if echo > 10"],
      ["n1-0-n1-0-n1-n2", "else"],
      ["f", "on failure"],
    ]);
    expect(rootsOfBranches(nodes)).toEqual([""]);
    expect(
      rootsOfBranches([
        ...nodes,
        runNode("d", "RUNNING", { kind: "dynamic" }),
        runNode("b", "RUNNING", { kind: "branch", parent: "d" }),
      ]),
    ).toEqual(["", "d"]);
  });

  it("says which lines were taken", () => {
    expect(lookOf("start", "n0")).toBe("taken");
    expect(lookOf("n0", "n1")).toBe("taken");
    expect(lookOf(forkOf("n1-0-n1"), "n1-0-n1-0-n1-n0")).toBe("taken");
    expect(lookOf(forkOf("n1-0-n1"), "n1-0-n1-0-n1-n2")).toBe("not");
    expect(lookOf("n1", "n2")).toBe("taken");
    expect(lookOf("n2", "n3")).toBe("not");
    expect(lookOf("n3", "end")).toBe("not");
    const live = { nodes, execution: { phase: "RUNNING" } } as unknown as Run;
    expect(lookOf("n2", "n3", live)).toBe("plain");
    expect(lookOf(forkOf("n1-0-n1"), "n1-0-n1-0-n1-n2", live)).toBe("not");
  });

  it("shows the nodes of the newest attempt of their parent", () => {
    const tried = [
      runNode("d", "RUNNING", { kind: "dynamic" }),
      runNode("d-0-x", "FAILED", { parent: "d", retry_group: "0" }),
      runNode("d-10-x", "RUNNING", { parent: "d", retry_group: "10" }),
      runNode("d-9-x", "FAILED", { parent: "d", retry_group: "9" }),
      runNode("d-10-y", "NOT_STARTED", { parent: "d" }),
    ];
    expect(newestNodes(tried).map(({ id }) => id)).toEqual(["d", "d-10-x", "d-10-y"]);
  });

  it("shows a stack as its most urgent node", () => {
    expect(worstPhase(["SUCCEEDED", "RUNNING", "FAILED"])).toBe("FAILED");
    expect(worstPhase(["SUCCEEDED", "RUNNING", "SUCCEEDED"])).toBe("RUNNING");
    expect(worstPhase(["SUCCEEDED", "SUCCEEDED"])).toBe("SUCCEEDED");
    expect(worstPhase([])).toBe("NOT_STARTED");
  });
});
