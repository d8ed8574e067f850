import { describe, expect, it } from "vitest";
import type { LiteralJson } from "../../src/api/types";
import {
  curlOf,
  flytectlFile,
  kindOf,
  type Launched,
  launchedOf,
  pyflyteOf,
  pythonOf,
  pythonValue,
} from "../../src/pages/execution/copy/copies";

const integer = (n: number): LiteralJson => ({ scalar: { primitive: { integer: String(n) } } });
const text = (value: string): LiteralJson => ({ scalar: { primitive: { stringValue: value } } });
const float = (value: number): LiteralJson => ({ scalar: { primitive: { floatValue: value } } });
const list = (...literals: LiteralJson[]): LiteralJson => ({ collection: { literals } });
const binary: LiteralJson = { scalar: { binary: { value: "gA==", tag: "msgpack" } } };
const some = (value: LiteralJson): LiteralJson => ({ scalar: { union: { value, type: {} } } });
const none: LiteralJson = { scalar: { noneType: {} } };

const launched = (inputs: Record<string, LiteralJson>): Launched => {
  const launchPlan = { resourceType: "TASK" as const, project: "p", domain: "d", name: "m.t", version: "v1" };
  const of = launchedOf(
    { id: { project: "p", domain: "d", name: "x" }, spec: { launchPlan, maxParallelism: 3, interruptible: false } },
    inputs,
  );
  if (!of) throw new Error("nothing was launched");
  return of;
};

describe("an execution as a command", () => {
  it("is pyflyte run of its version, or of its launch plan", () => {
    expect(pyflyteOf(launched({ n: integer(5), s: text("a b") }))).toBe(
      "pyflyte run -p p -d d remote-task m.t:v1 --n=5 '--s=a b'",
    );
    expect(pyflyteOf({ ...launched({}), kind: "launch_plan" })).toBe("pyflyte run -p p -d d remote-launchplan m.t:v1");
  });
  it("is a file of flytectl, without what such a file cannot hold", () => {
    const { file, left } = flytectlFile(launched({ n: integer(5), data: binary, maybe: some(integer(1)), xs: list() }));
    expect(left).toEqual(["data", "maybe"]);
    expect(file).toContain('inputs:\n  "n": 5\n  "xs": []\n');
    expect(file).toContain('task: "m.t"');
    expect(flytectlFile(launched({})).file).toContain("inputs: {}");
  });
  it("is Python that takes from the execution what has no plain form", () => {
    const code = pythonOf(launched({ n: integer(5), data: binary }), "localhost:30080");
    expect(code).toContain('Config.for_endpoint("localhost:30080", insecure=True)');
    expect(code).toContain('"n": 5,');
    expect(code).toContain('"data": given["data"],');
    expect(code).toContain('remote.fetch_execution(name="x")');
    expect(pythonOf(launched({ n: integer(5) }), "h:1")).not.toContain("given");
  });
  it("is the request of the console with its settings", () => {
    const curl = curlOf(launched({ n: integer(5) }), "http://localhost:30080");
    expect(curl).toContain("http://localhost:30080/api/v1/executions");
    expect(curl).toContain('"maxParallelism":3');
    expect(curl).not.toContain("interruptible");
    expect(curl).toContain('"n":{"scalar":{"primitive":{"integer":"5"}}}');
  });
});

describe("values in Python", () => {
  it("keep their kinds", () => {
    expect(pythonValue(float(1))).toBe("1.0");
    expect(pythonValue(list(float(0.5), float(1)))).toBe("[0.5, 1.0]");
    expect(pythonValue(text('it\'s "quoted"'))).toBe('"it\'s \\"quoted\\""');
    expect(pythonValue({ scalar: { primitive: { boolean: true } } })).toBe("True");
    expect(pythonValue(some(none))).toBe("None");
    expect(pythonValue({ scalar: { primitive: { floatValue: "Infinity" } } })).toBe('float("Infinity")');
  });
  it("are taken from the execution when Python has a class for them", () => {
    expect(pythonValue(text("green"), { enumType: { values: ["green"] } })).toBeNull();
    expect(pythonValue({ scalar: { primitive: { datetime: "2026-11-29T00:00:00Z" } } })).toBeNull();
    expect(pythonValue(list(binary))).toBeNull();
    expect(kindOf({ scalar: { blob: { uri: "s3://b/k" } } })).toBe("address");
  });
});
