import { describe, expect, test } from "vitest";
import type { Limits } from "../../src/api/types";
import { parseQuantity } from "../../src/base/quantity";
import { attributeFile, changes, compact, inForce, mistakes } from "../../src/feature/settings/attributes";

const row = (resource: string, usual: string | null, limit: string | null): Limits["resources"][number] => ({
  resource,
  default: usual,
  limit,
  from: "config",
  default_from: "preset",
  limit_from: "preset",
  config_default: usual,
  config_limit: limit,
});

test.each([
  ["500m", 0.5],
  ["2", 2],
  ["1.5Gi", 1.5 * 2 ** 30],
  ["200Mi", 200 * 2 ** 20],
  ["1k", 1000],
  ["1e3", 1000],
  [".5", 0.5],
  [" 2 ", 2],
  ["", null],
  ["2GiB", null],
  ["-1", null],
  ["much", null],
])("%s is %s", (text, amount) => expect(parseQuantity(text)).toBe(amount));

describe("an edit", () => {
  const limits: Limits = {
    seq: 1,
    rev: 1,
    max_parallelism: { value: 25, from: "default" },
    resources: [row("cpu", "500m", null), row("memory", "1Gi", "2Gi"), row("storage", "5Mi", null)],
  };
  const before = inForce(limits);

  test("begins with what is in force, by the names of attributes, and keeps what cannot be edited", () => {
    expect(before).toEqual({ defaults: { cpu: "500m", memory: "1Gi", storage: "5Mi" }, limits: { memory: "2Gi" } });
  });

  test("shows what changes, and only that", () => {
    const after = { defaults: { cpu: "500m" }, limits: { memory: "4Gi", ephemeralStorage: "1Gi" } };
    expect(changes(before, after)).toEqual([
      { part: "defaults", name: "memory", before: "1Gi", after: "" },
      { part: "limits", name: "memory", before: "2Gi", after: "4Gi" },
      { part: "limits", name: "ephemeral-storage", before: "", after: "1Gi" },
    ]);
    expect(changes(before, before)).toEqual([]);
  });

  test("is refused where a quantity is none, or a default is above its limit", () => {
    expect(mistakes({ defaults: { cpu: "two", memory: "4Gi" }, limits: { memory: "2Gi" } })).toEqual([
      { part: "defaults", field: "cpu", kind: "bad" },
      { part: "defaults", field: "memory", kind: "above" },
    ]);
    expect(mistakes({ defaults: { memory: "4Gi" }, limits: { memory: "0" } })).toEqual([]); // 0: no limit
  });

  test("is the file of flytectl, too", () => {
    const set = compact({ defaults: { cpu: " 1 ", memory: "" }, limits: { memory: "4Gi" } });
    expect(attributeFile({ project: "p", domain: "d", workflow: "w" }, set)).toBe(
      `project: "p"\ndomain: "d"\nworkflow: "w"\ndefaults:\n  cpu: "1"\nlimits:\n  memory: "4Gi"`,
    );
    expect(attributeFile({ project: "p", domain: "d", workflow: "" }, { defaults: {}, limits: {} })).toBe(
      `project: "p"\ndomain: "d"`,
    );
  });
});
