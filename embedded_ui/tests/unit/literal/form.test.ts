import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { Input } from "../../../src/api/launch";
import type { LiteralJson, LiteralTypeJson } from "../../../src/api/types";
import type { Draft } from "../../../src/feature/literal/draft";
import { advancedOf, advancedProblems, launchBody, NO_ADVANCED } from "../../../src/pages/launch/advanced";
import { curlCommand, pyflyteCommand, shellWord } from "../../../src/pages/launch/copies";
import { draftsOfText, plainText } from "../../../src/pages/launch/plain";
import { EMPTY, type FormState, formInputs, readForm, reduce, refusedField } from "../../../src/pages/launch/state";

const recorded: { values: Record<string, { type: LiteralTypeJson; literal: LiteralJson }> } = JSON.parse(
  readFileSync("tests/data/values.json", "utf8"),
);
const NOW = Date.UTC(2026, 10, 29);
const text = (words: string): Draft => ({ is: "text", text: words });
const input = (name: string, type: LiteralTypeJson, more: Partial<Input> = {}): Input => ({
  name,
  type,
  description: "",
  required: true,
  ...more,
});
const INT: LiteralTypeJson = { simple: "INTEGER" };
const STR: LiteralTypeJson = { simple: "STRING" };
const int = (value: string): LiteralJson => ({ scalar: { primitive: { integer: value } } });
const opened = (inputs: Input[], given?: Record<string, LiteralJson>): FormState =>
  reduce(EMPTY, { do: "inputs", inputs: formInputs(inputs, given ? { literals: given } : undefined) });

describe("another version", () => {
  const before = reduce(opened([input("n", INT), input("old", STR), input("kind", INT)], { n: int("1") }), {
    do: "change",
    name: "n",
    draft: text("7"),
  });
  const typed = reduce(before, { do: "change", name: "old", draft: text("x") });
  const after = reduce(typed, {
    do: "inputs",
    inputs: formInputs([input("n", INT), input("kind", STR), input("more", INT)], undefined),
  });
  test("keeps what was typed where name and type are the same", () => expect(after.drafts["n"]).toEqual(text("7")));
  test("begins anew where the type is another", () => expect(after.drafts["kind"]).toEqual({ is: "unset" }));
  test("says which values it left out", () => expect(after.dropped).toEqual(["old"]));
});

test("values of a run come before presets, and say where they are from", () => {
  const { inputs } = opened([input("n", INT, { preset: int("1") }), input("m", INT, { preset: int("2") })], {
    n: int("5"),
  });
  expect(inputs.map(({ name, start, origin }) => [name, start, origin])).toEqual([
    ["n", text("5"), "run"],
    ["m", text("2"), "default"],
  ]);
});

test("what is optional and not given is not sent", () => {
  const form = opened([input("n", INT, { required: false }), input("s", STR)]);
  const { literals, problems } = readForm(form, NOW);
  expect(literals).toEqual({});
  expect(problems.map(({ path, code }) => [path.join("."), code])).toEqual([["s", "needed"]]);
});

test("a refusal stands at its input until that is changed", () => {
  const refused = reduce(opened([input("n", INT)], { n: int("1") }), { do: "refused", name: "n", message: "no" });
  expect(readForm(refused, NOW).problems).toEqual([{ path: ["n"], code: "refused", values: { message: "no" } }]);
  expect(readForm(reduce(refused, { do: "change", name: "n", draft: text("2") }), NOW).problems).toEqual([]);
});

test.each([
  ["invalid n input wrong type. Expected simple:INTEGER, but got simple:STRING", "n"],
  ["expected_inputs when missing", "when"],
  ["fixed_inputs a cannot be overridden", "a"],
  ["invalid input zz", "zz"],
  ["Failed to validate literal type for [a] with err: got unknown literal type: [<nil>].", "a"],
  ["invalid label key [a b]: [name part must consist of alphanumeric characters]", "advanced.labels"],
  ["invalid name format: -dash, does not match regex '^[a-z][a-z\\-0-9]*$'", "advanced.name"],
  ["missing entity of type TASK", ""],
])("%s is said at %s", (message, field) => expect(refusedField(message)).toBe(field));

describe("what is sent", () => {
  const task = { kind: "task" as const, project: "p", domain: "d", name: "t", version: "v1" };
  test("is what upstream's console sends", () => {
    expect(launchBody({ of: task, literals: { n: int("1") }, advanced: NO_ADVANCED })).toEqual({
      project: "p",
      domain: "d",
      spec: {
        launchPlan: { resourceType: "TASK", project: "p", domain: "d", name: "t", version: "v1" },
        inputs: { literals: { n: int("1") } },
        metadata: { principal: "console" },
        labels: { values: {} },
        annotations: { values: {} },
      },
    });
  });
  test("a relaunch names its run and takes over its settings", () => {
    const spec = {
      labels: { values: { a: "b" } },
      annotations: { values: { c: "d" } },
      envs: { values: [{ key: "E", value: "1" }] },
      tags: ["x", "y"],
      overwriteCache: true,
      interruptible: false,
      maxParallelism: 3,
      rawOutputDataConfig: { outputLocationPrefix: "s3://b/p" },
      securityContext: { runAs: { iamRole: "r", k8sServiceAccount: "s" } },
      disableAll: true,
    };
    const reference = { project: "p", domain: "d", name: "e" };
    const plan = { ...task, kind: "launch_plan" as const };
    const body = launchBody({ of: plan, literals: {}, advanced: advancedOf(spec), reference });
    expect(body.spec).toMatchObject(spec);
    expect(body.spec?.launchPlan?.resourceType).toBe("LAUNCH_PLAN");
    expect(body.spec?.metadata).toEqual({ principal: "console", referenceExecution: reference });
    expect(body.name).toBeUndefined();
  });
  test("settings are checked, too", () => {
    const rows = [
      { id: 0, key: "a", value: "1" },
      { id: 1, key: "a", value: "2" },
    ];
    const wrong = { ...NO_ADVANCED, name: "Not this", maxParallelism: "-1", labels: rows };
    expect(advancedProblems(wrong).map(({ path, code }) => [path[1], code])).toEqual([
      ["name", "refused"],
      ["maxParallelism", "refused"],
      ["labels", "duplicateKey"],
    ]);
    expect(advancedProblems(NO_ADVANCED)).toEqual([]);
  });
});

describe("the form as JSON", () => {
  const inputs = Object.entries(recorded.values).map(([name, { type }]) => input(name, type));
  const given = Object.fromEntries(Object.entries(recorded.values).map(([name, { literal }]) => [name, literal]));
  const form = opened(inputs, given);
  test("reads back to the same literals", () => {
    const json = plainText(form, NOW);
    expect(json).toContain('"big": 9007199254740993');
    const back = draftsOfText(form.inputs, json);
    if (!("drafts" in back)) throw new Error(JSON.stringify(back));
    const again = reduce(form, { do: "drafts", drafts: back.drafts });
    expect(readForm(again, NOW)).toEqual(readForm(form, NOW));
  });
  test("names what is no JSON and what is no input", () => {
    expect(draftsOfText(form.inputs, "{")).toMatchObject({ line: 1, column: 2 });
    expect(draftsOfText(form.inputs, '{"nope": 1}')).toEqual({ unknown: ["nope"] });
    expect(draftsOfText(form.inputs, "[]")).toMatchObject({ line: 1 });
  });
});

describe("commands", () => {
  test.each([
    ["a/b-c.d:e=f", "a/b-c.d:e=f"],
    ["it's", "'it'\\''s'"],
    ["", "''"],
    ["$(rm)", "'$(rm)'"],
  ])("%j is quoted for a shell", (word, quoted) => expect(shellWord(word)).toBe(quoted));
  test("say what the form says", () => {
    const of = { kind: "task" as const, project: "p", domain: "d", name: "m.t", version: "v1" };
    const literals = {
      n: int("5"),
      on: { scalar: { primitive: { boolean: false } } },
      when: { scalar: { primitive: { datetime: "2026-11-29T05:00:00Z" } } },
      xs: { collection: { literals: [int("1")] } },
    };
    expect(pyflyteCommand(of, literals)).toBe(
      "pyflyte run -p p -d d remote-task m.t:v1 --n=5 --no-on --when=2026-11-29T05:00:00 '--xs=[1]'",
    );
    expect(curlCommand("http://localhost:30080", { a: 1 })).toBe(
      "curl -X POST http://localhost:30080/api/v1/executions -H 'Content-Type: application/json' -d '{\"a\":1}'",
    );
  });
});
