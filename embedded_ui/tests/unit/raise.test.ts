import { describe, expect, it } from "vitest";
import type { Limits, TaskTemplateJson } from "../../src/api/types";
import { parseQuantity, writeQuantity } from "../../src/base/quantity";
import {
  adviseOn,
  askedMemory,
  attributesFile,
  originOf,
  pythonOf,
  suggest,
} from "../../src/pages/execution/raise/raise";

const MI = 2 ** 20;
const GI = 2 ** 30;

interface Pair {
  default: string | null;
  limit: string | null;
}

const set = (resource: string, pair: Pair, from: string): Limits["resources"][number] => ({
  resource,
  ...pair,
  from,
  default_from: from,
  limit_from: from,
  config_default: null,
  config_limit: null,
});

const limits = (memory: Pair, from = "config"): Limits => ({
  seq: 1,
  rev: 1,
  resources: [
    set("cpu", { default: "2", limit: "4" }, from),
    set("ephemeral-storage", { default: null, limit: "10Gi" }, from),
    set("gpu", { default: null, limit: "1" }, from),
    set("memory", memory, from),
  ],
  max_parallelism: { value: 25, from: "default" },
});

const template = (request: string | null, limit: string | null): TaskTemplateJson => ({
  container: {
    resources: {
      requests: request ? [{ name: "MEMORY", value: request }] : [],
      limits: limit ? [{ name: "MEMORY", value: limit }] : [],
    },
  },
});

const killed = { peak_memory_bytes: 200 * MI, limit: { memory_bytes: 200 * MI } };

describe("amounts of memory", () => {
  it("are read as Kubernetes writes them", () => {
    expect(parseQuantity("200Mi")).toBe(200 * MI);
    expect(parseQuantity("1.5Gi")).toBe(1.5 * GI);
    expect(parseQuantity("1e9")).toBe(1e9);
    expect(parseQuantity("500M")).toBe(500e6);
    expect(parseQuantity("")).toBeNull();
    expect(parseQuantity("lots")).toBeNull();
    expect(parseQuantity("12Xi")).toBeNull();
  });
  it("are written in Mi and Gi", () => {
    expect(writeQuantity(400 * MI)).toBe("400Mi");
    expect(writeQuantity(2 * GI)).toBe("2Gi");
    expect(writeQuantity(1.25 * GI)).toBe("1280Mi");
  });
});

describe("how to raise the memory of a task", () => {
  it("is twice and four times what it had", () => {
    expect(pythonOf(suggest(200 * MI, null))).toBe('requests=Resources(mem="400Mi"),\nlimits=Resources(mem="800Mi"),');
    expect(suggest(84 * MI, null)).toEqual({ request: 170 * MI, limit: 350 * MI, cut: false });
  });
  it("is never more than the machine has", () => {
    expect(suggest(3 * GI, 8 * GI)).toEqual({ request: 6 * GI, limit: 8 * GI, cut: true });
    expect(suggest(6 * GI, 8 * GI)).toEqual({ request: 8 * GI, limit: 8 * GI, cut: true });
  });
  it("knows what the task asks for, as a container or as a pod", () => {
    expect(askedMemory(template("200Mi", null))).toEqual({ request: "200Mi", limit: null });
    const pod = {
      config: { primary_container_name: "main" },
      k8sPod: {
        podSpec: {
          containers: [{ name: "side" }, { name: "main", resources: { limits: { memory: "1Gi" } } }],
        },
      },
    } as unknown as TaskTemplateJson;
    expect(askedMemory(pod)).toEqual({ request: null, limit: "1Gi" });
    expect(askedMemory(null)).toBeNull();
  });
  it("knows who decided an amount", () => {
    expect(originOf("200Mi", 200 * MI)).toBe("task");
    expect(originOf("4Gi", GI)).toBe("taskCut");
    expect(originOf(null, 200 * MI)).toBe("place");
    expect(originOf(null, null)).toBeNull();
  });
  it("wants a file where the place allows less, with all that is in force there", () => {
    const place = limits({ default: "200Mi", limit: "200Mi" });
    const advice = adviseOn(killed, { request: "200Mi", limit: null }, place, null);
    expect(advice).toMatchObject({ needsFile: true, byDefault: false, enough: false });
    if (!advice) throw new Error("no advice");
    const file = attributesFile({ project: "p", domain: "d" }, place, advice.wanted, advice.byDefault);
    expect(file.split("\n")).toEqual([
      'project: "p"',
      'domain: "d"',
      "defaults:",
      '  cpu: "2"',
      '  memory: "200Mi"',
      "limits:",
      '  cpu: "4"',
      '  memory: "800Mi"',
      '  ephemeral_storage: "10Gi"',
      '  gpu: "1"',
    ]);
  });
  it("wants none where there is room", () => {
    const place = limits({ default: "200Mi", limit: "8Gi" }, "project_domain");
    expect(adviseOn(killed, { request: "200Mi", limit: null }, place, null)?.needsFile).toBe(false);
  });
  it("is a matter of the defaults when the task asks for nothing, and no longer when those were raised", () => {
    const nothing = { request: null, limit: null };
    const before = limits({ default: "200Mi", limit: "8Gi" });
    const advice = adviseOn(killed, nothing, before, null);
    expect(advice).toMatchObject({ needsFile: true, byDefault: true, enough: false });
    if (!advice) throw new Error("no advice");
    expect(attributesFile({ project: "p", domain: "d" }, before, advice.wanted, true)).toContain('  memory: "400Mi"');
    const after = limits({ default: "400Mi", limit: "8Gi" }, "project_domain");
    expect(adviseOn(killed, nothing, after, null)).toMatchObject({ needsFile: false, enough: true });
  });
  it("is unknown without an amount", () => {
    expect(adviseOn({}, null, undefined, null)).toBeNull();
  });
});
