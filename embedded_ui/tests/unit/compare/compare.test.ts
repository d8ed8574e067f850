import { describe, expect, it } from "vitest";
import type { Version } from "../../../src/api/entities";
import type { Run, RunAttempt, RunExecution, RunNode, TaskTemplateJson } from "../../../src/api/types";
import { differences, lineOf, places } from "../../../src/feature/diff/diff";
import { delta } from "../../../src/pages/compare/NodeDifferences";
import { nodesDiffer, pairNodes } from "../../../src/pages/compare/nodes";
import { taskShape, versionShape } from "../../../src/pages/compare/shapes";
import { readRun, settingsOf } from "../../../src/pages/compare/sides";
import { versionBefore } from "../../../src/pages/entity/version-before";
import { eachOf } from "../../../src/pages/executions/each-of";
import { toggled } from "../../../src/pages/executions/use-selection";
import { en } from "../../../src/text/en";

describe("differences", () => {
  it.each<[string, unknown, unknown, [string, unknown, unknown][]]>([
    ["nothing", { a: 1, b: [1, 2] }, { a: 1, b: [1, 2] }, []],
    ["a leaf", { a: { b: 1n } }, { a: { b: 2n } }, [["a.b", 1n, 2n]]],
    ["1 and 1.0", 1n, 1, [["", 1n, 1]]],
    [
      "what came and went",
      { a: 1 },
      { b: 2 },
      [
        ["a", 1, undefined],
        ["b", undefined, 2],
      ],
    ],
    ["absent and empty", { a: null, b: "", c: [], d: { e: null } }, {}, []],
    [
      "zero and false are something",
      { a: 0, b: false },
      {},
      [
        ["a", 0, undefined],
        ["b", false, undefined],
      ],
    ],
    ["lists of the same length", [1, 2, 3], [1, 5, 3], [["1", 2, 5]]],
    ["lists of other lengths as a whole", { a: ["x"] }, { a: ["x", "y"] }, [["a", ["x"], ["x", "y"]]]],
    [
      "named entries by name",
      [
        { key: "A", value: "1" },
        { key: "B", value: "2" },
      ],
      [{ key: "B", value: "3" }],
      [
        ["A", "1", undefined],
        ["B", "2", "3"],
      ],
    ],
    ["other kinds", { a: [1] }, { a: { b: 1 } }, [["a", [1], { b: 1 }]]],
  ])("finds %s", (_, a, b, expected) => {
    expect(differences(a, b).map(({ path, from, to }) => [path, from, to])).toEqual(expected);
  });

  it("lists what is the same when it is asked for", () => {
    expect(places({ a: 1, b: 2 }, { a: 1, b: 3 }).map(({ path, same }) => [path, same])).toEqual([
      ["a", true],
      ["b", false],
    ]);
  });

  it("writes values in a line", () => {
    expect(["text", 12n, 0.5, true, null, undefined, { a: [1n, 2n ** 60n] }].map(lineOf)).toEqual([
      "text",
      "12",
      "0.5",
      "true",
      "",
      "",
      '{"a":[1,"1152921504606846976"]}',
    ]);
  });
});

const template = (memory: string, image: string, archive: string): TaskTemplateJson => ({
  id: { name: "core.run", version: image },
  type: "python-task",
  metadata: { retries: { retries: 0 }, discoverable: false, runtime: { version: "1.16.24" } },
  container: {
    image,
    args: ["pyflyte-fast-execute", "--additional-distribution", archive, "--dest-dir", "/root"],
    env: [
      { key: "_F_SS_C", value: archive },
      { key: "MODE", value: "fast" },
    ],
    resources: { requests: [{ name: "MEMORY", value: memory }], limits: [{ name: "MEMORY", value: memory }] },
  },
});

describe("versions", () => {
  it("differ in what people changed, and in nothing that each registration changes", () => {
    const changes = differences(
      taskShape(template("200Mi", "b:v9", "s3://x")),
      taskShape(template("2Gi", "b:v10", "s3://y")),
    );
    expect(changes.map(({ path, from, to }) => [path, from, to])).toEqual([
      ["image", "b:v9", "b:v10"],
      ["code", "s3://x", "s3://y"],
      ["requests.mem", "200Mi", "2Gi"],
      ["limits.mem", "200Mi", "2Gi"],
    ]);
  });

  it("of a workflow compare its tasks by name, and references without their version", () => {
    const version = (name: string, memory: string, n: string): Version => ({
      version: name,
      createdAt: null,
      inputs: [["n", { simple: "INTEGER" }]],
      outputs: [],
      image: null,
      template: null,
      plan: null,
      description: "",
      raw: {
        closure: {
          compiledWorkflow: {
            tasks: [{ template: { ...template(memory, "b", "s3://x"), id: { name: "core.run", version: name } } }],
            primary: {
              template: {
                nodes: [
                  { id: "n0", taskNode: { referenceId: { resourceType: "TASK", name: "core.run", version: name } } },
                  { id: "n1", taskNode: { referenceId: { resourceType: "TASK", name: n, version: "fixed" } } },
                ],
              },
            },
          },
        },
      },
    });
    const changes = differences(versionShape(version("v1", "1Gi", "a")), versionShape(version("v2", "2Gi", "b")));
    expect(changes.map(({ path, from, to }) => [path, from, to])).toEqual([
      ["tasks.core.run.requests.mem", "1Gi", "2Gi"],
      ["tasks.core.run.limits.mem", "1Gi", "2Gi"],
      ["nodes.n1.referenceId", "a fixed", "b fixed"],
    ]);
  });

  it("come after one another", () => {
    const versions = ["v3", "v2", "v1"].map((version) => ({ version }));
    expect(versions.map(({ version }) => versionBefore(versions, version))).toEqual(["v2", "v1", undefined]);
    expect(versionBefore(versions, "gone")).toBeUndefined();
  });
});

const node = (id: string, phase: string, more: Partial<RunNode> = {}): RunNode => ({
  id,
  spec_id: id.split("-0-").at(-1)?.split("-1-").at(-1) ?? id,
  name: id,
  display: id,
  kind: "task",
  phase,
  attempts: 1,
  order: Number(/\d+$/.exec(id)?.[0] ?? 0),
  started_at: "2026-11-29T10:00:00Z",
  ended_at: "2026-11-29T10:00:10Z",
  ...more,
});
const MIB = 1024 * 1024;
const attempt = (of: string, peak: number, limit: number): RunAttempt => ({
  node: of,
  attempt: 0,
  phase: "SUCCEEDED",
  peak_memory_bytes: peak * MIB,
  limit: { memory_bytes: limit * MIB },
});
const runOf = (nodes: RunNode[], attempts: RunAttempt[] = []): Run =>
  ({ nodes, attempts, execution: { project: "p", domain: "d", id: "x" } }) as unknown as Run;

describe("nodes of two runs", () => {
  it("are paired by where they stand, whatever attempt of their parent they are of", () => {
    const a = runOf([
      node("n0", "SUCCEEDED"),
      node("n1", "SUCCEEDED", { kind: "dynamic" }),
      node("n1-0-n0", "SUCCEEDED", { parent: "n1", retry_group: "0" }),
    ]);
    const b = runOf([
      node("n0", "SUCCEEDED"),
      node("n1", "SUCCEEDED", { kind: "dynamic" }),
      node("n1-1-n0", "FAILED", { parent: "n1", retry_group: "1" }),
      node("n2", "FAILED"),
    ]);
    expect(pairNodes(a, b).map(({ key, level, from, to, differs }) => [key, level, from?.id, to?.id, differs])).toEqual(
      [
        ["n0", 1, "n0", "n0", false],
        ["n1", 1, "n1", "n1", false],
        ["n1/n0", 2, "n1-0-n0", "n1-1-n0", true],
        ["n2", 1, undefined, "n2", true],
      ],
    );
  });

  it("differ in phase, attempts, limit, and in times and peaks by more than a fifth", () => {
    const facts = { id: "n", phase: "SUCCEEDED", attempts: 1, duration: 10_000, peak: 100 * MIB, limit: 200 * MIB };
    expect(nodesDiffer(facts, { ...facts })).toBe(false);
    expect(nodesDiffer(facts, { ...facts, duration: 12_000, peak: 120 * MIB })).toBe(false);
    expect(nodesDiffer(facts, { ...facts, duration: 13_000 })).toBe(true);
    expect(nodesDiffer(facts, { ...facts, peak: 130 * MIB })).toBe(true);
    expect(nodesDiffer(facts, { ...facts, limit: 400 * MIB })).toBe(true);
    expect(nodesDiffer(facts, { ...facts, attempts: 2 })).toBe(true);
    expect(nodesDiffer({ ...facts, duration: 100 }, { ...facts, duration: 900 })).toBe(false);
    expect(nodesDiffer(facts, { ...facts, duration: null })).toBe(false);
    expect(nodesDiffer(facts, null)).toBe(true);
  });

  it("have the largest peak of their attempts and items", () => {
    const run = runOf(
      [node("n0", "SUCCEEDED")],
      [attempt("n0", 10, 64), attempt("n0", 30, 64), { ...attempt("n0", 20, 64), item: 3 }],
    );
    expect(pairNodes(run, run)[0]?.from).toMatchObject({ peak: 30 * MIB, limit: 64 * MIB, duration: 10_000 });
  });

  it("write what grew and what shrank", () => {
    expect(delta(1, 5, String)).toBe("+4");
    expect(delta(5, 1, String)).toBe("−4");
    expect(delta(null, 1, String)).toBe("");
  });
});

describe("sides", () => {
  it("are named by their addresses", () => {
    expect(readRun("p/d/n")).toEqual({ project: "p", domain: "d", name: "n" });
    for (const text of [null, "", "p/d", "p/d/n/x", "//n"]) expect(readRun(text)).toBeNull();
  });

  it("have the same settings when only the version differs", () => {
    const of = (version: string, parallelism: number) =>
      ({
        project: "p",
        domain: "d",
        mode: "MANUAL",
        principal: "me",
        max_parallelism: parallelism,
        what: { kind: "workflow", name: "w", version },
        launch_plan: { kind: "launch_plan", project: "p", domain: "d", name: "w", version },
      }) as unknown as RunExecution;
    expect(differences(settingsOf(en, of("v1", 25)), settingsOf(en, of("v2", 25)))).toEqual([]);
    expect(differences(settingsOf(en, of("v1", 25)), settingsOf(en, of("v1", 5)))).toHaveLength(1);
  });
});

describe("many at once", () => {
  it("selects a row, and a range with shift", () => {
    const order = ["a", "b", "c", "d"];
    const one = toggled(new Set(), order, "b", null);
    expect([...one]).toEqual(["b"]);
    expect([...toggled(one, order, "d", "b")].sort()).toEqual(["b", "c", "d"]);
    expect([...toggled(new Set(order), order, "a", "c")]).toEqual(["d"]);
    expect([...toggled(one, order, "b", null)]).toEqual([]);
    expect([...toggled(one, order, "c", "gone")].sort()).toEqual(["b", "c"]);
  });

  it("asks for each, at most four at a time, and says what was refused", async () => {
    let open = 0;
    let most = 0;
    const told: number[] = [];
    const work = async (n: number) => {
      open += 1;
      most = Math.max(most, open);
      await Promise.resolve();
      open -= 1;
      if (n % 4 === 3) throw new Error(`no ${n}`);
    };
    const outcome = await eachOf([0, 1, 2, 3, 4, 5, 6, 7, 8], work, (n) => told.push(n));
    expect(outcome.succeeded).toBe(7);
    expect(outcome.refused).toEqual([
      { one: 3, message: "no 3" },
      { one: 7, message: "no 7" },
    ]);
    expect(most).toBe(4);
    expect(told).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });
});
