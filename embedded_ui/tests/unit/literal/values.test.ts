import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { withoutNulls } from "../../../src/api/rest";
import type { LiteralJson, LiteralTypeJson } from "../../../src/api/types";
import { parseData } from "../../../src/feature/literal/data";
import { type Draft, draftOfData, draftOfLiteral, emptyDraft, structData } from "../../../src/feature/literal/draft";
import { type Problem, readLiteral } from "../../../src/feature/literal/parse";
import { shapeOf, typeName } from "../../../src/feature/literal/shape";

interface Recorded {
  values: Record<string, { words: string | null; type: LiteralTypeJson; literal: LiteralJson }>;
  defaults: Record<string, { var: { type: LiteralTypeJson }; default: LiteralJson }>;
}

// What `pyflyte run --remote` sent for the words, recorded by tests/data/values.py.
const recorded: Recorded = JSON.parse(readFileSync("tests/data/values.json", "utf8"));
const options = { now: Date.UTC(2026, 10, 29) };

/** Literals without fields that JSON of protobuf prints for "not set". */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(
        ([key, each]) => !(key === "hash" && each === "") && !(key === "metadata" && Object.keys(each).length === 0),
      )
      .map(([key, each]) => [key, plain(each)]),
  );
}

/** The draft of what a person types for the words of a command line. */
function typed(type: LiteralTypeJson, words: string | null): Draft {
  const shape = shapeOf(type);
  if (words === null) return emptyDraft(shape);
  const json = /^[[{]/.test(words) || (shape.kind === "union" && /^-?\d+$/.test(words));
  return draftOfData(shape, json ? parseData(words) : words);
}

test.each(Object.entries(recorded.values))("%s arrives as with pyflyte run", (_name, { words, type, literal }) => {
  const { value, problems } = readLiteral(shapeOf(type), typed(type, words), ["x"], options);
  expect(problems).toEqual([]);
  const packed = literal.scalar?.binary;
  if (packed && value) {
    // The order of a dataclass's fields is not in its type; all else of the packing is the same.
    expect(structData(value)).toEqual(structData(literal));
    expect(value.scalar?.binary?.value?.length).toBe(packed.value?.length);
  } else expect(plain(value)).toEqual(plain(literal));
});

test.each(Object.entries(recorded.values))(
  "%s of a run is shown and sent again unchanged",
  (_name, { type, literal }) => {
    const shape = shapeOf(type);
    const { value, problems } = readLiteral(shape, draftOfLiteral(shape, literal), ["x"], options);
    expect(problems).toEqual([]);
    if (literal.scalar?.binary && value) expect(structData(value)).toEqual(structData(literal));
    else expect(plain(value)).toEqual(plain(literal));
  },
);

test.each(Object.entries(recorded.defaults))(
  "the default of %s is understood",
  (_name, { var: { type }, default: literal }) => {
    const shape = shapeOf(type);
    const { value, problems } = readLiteral(shape, draftOfLiteral(shape, literal), ["x"], options);
    expect(problems).toEqual([]);
    const none = shape.kind === "union" && literal.scalar?.noneType;
    if (none) expect(value?.scalar?.union?.value).toEqual({ scalar: { noneType: {} } });
    else expect(plain(value)).toEqual(plain(literal));
  },
);

test("every type has a name that people read", () => {
  const names = Object.fromEntries(
    Object.entries(recorded.values).map(([name, { type }]) => [name, typeName(shapeOf(type))]),
  );
  expect(names).toMatchObject({
    integer: "int",
    grid: "list[list[str]]",
    counts: "dict[str, int]",
    series: "dict[str, list[float]]",
    point: "Point",
    loose: "struct",
    maybe: "int | none",
    either: "int | str | list[int]",
    csv: "file (csv)",
    folder: "directory",
    table: "dataframe",
    colour: "enum",
    when: "datetime",
    span: "timedelta",
  });
});

describe("what was typed wrongly is named where it stands", () => {
  const type = (name: string): LiteralTypeJson => recorded.values[name]?.type ?? {};
  const text = (words: string): Draft => ({ is: "text", text: words });
  const items = (...values: [string, string][]): Draft => ({
    is: "items",
    items: values.map(([key, words], id) => ({ id, key, value: text(words) })),
  });
  const unset: Draft = { is: "unset" };

  const cases: [name: string, draft: Draft, code: Problem["code"], path: string][] = [
    ["integer", unset, "needed", "x"],
    ["integer", text(""), "needed", "x"],
    ["integer", text("1.5"), "wholeNumber", "x"],
    ["integer", text("one"), "wholeNumber", "x"],
    ["integer", text("1 2"), "wholeNumber", "x"],
    ["integer", text("9223372036854775808"), "wholeRange", "x"],
    ["integer", text("-9223372036854775809"), "wholeRange", "x"],
    ["real", text("1.5x"), "number", "x"],
    ["real", text("1e999"), "numberRange", "x"],
    ["real", text("1,5"), "number", "x"],
    ["text", unset, "needed", "x"],
    ["truth", text("maybe"), "boolean", "x"],
    ["truth", unset, "needed", "x"],
    ["when", text("yesterday"), "datetime", "x"],
    ["when", text("2026-02-30"), "datetime", "x"],
    ["when", text("2026-01-01 25:00"), "datetime", "x"],
    ["when", text("10000-01-01"), "datetimeRange", "x"],
    ["when", { is: "text", text: "2026-01-01 10:00", zone: "Mars/Olympus" }, "zone", "x"],
    ["span", text("5"), "durationUnit", "x"],
    ["span", text("5 parsecs"), "duration", "x"],
    ["span", text("999999999999h"), "durationRange", "x"],
    ["colour", text("blue"), "oneOf", "x"],
    ["mode", text("medium"), "oneOf", "x"],
    ["point", { is: "object", fields: { x: text("a"), y: text("1") } }, "wholeNumber", "x/x"],
    ["point", { is: "object", fields: { x: unset, y: text("1") } }, "needed", "x/x"],
    ["point", { is: "raw", text: '{"x": 1' }, "json", "x"],
    ["point", { is: "raw", text: '{"x": "one"}' }, "data", "x"],
    ["point", { is: "raw", text: '{"x": 1, "z": 2}' }, "data", "x"],
    ["point", { is: "raw", text: "[1]" }, "data", "x"],
    ["loose", { is: "raw", text: "" }, "needed", "x"],
    ["loose", { is: "raw", text: "[1]" }, "data", "x"],
    ["numbers", items(["0", "1"], ["1", "two"]), "wholeNumber", "x/1"],
    ["numbers", items(["0", ""]), "needed", "x/0"],
    ["grid", { is: "raw", text: "{}" }, "data", "x"],
    ["counts", items(["a", "1"], ["a", "2"]), "duplicateKey", "x/1"],
    ["counts", items(["a", "b"]), "wholeNumber", "x/0"],
    ["maybe", { is: "choice", at: 0, value: text("x") }, "wholeNumber", "x"],
    ["either", unset, "needed", "x"],
    ["file", unset, "needed", "x"],
    ["file", text("not an address"), "address", "x"],
    ["frame", text("bucket/key"), "address", "x"],
  ];
  test.each(cases)("%s %j: %s", (name, draft, code, path) => {
    const { value, problems } = readLiteral(shapeOf(type(name)), draft, ["x"], options);
    expect(value).toBeUndefined();
    expect(problems.map((problem) => [problem.code, problem.path.join("/")])).toEqual([[code, path]]);
  });
});

test("a value that is not given is not sent, or sent as none when the interface asks for it", () => {
  const maybe = shapeOf(recorded.values["maybe"]?.type);
  expect(readLiteral(maybe, { is: "unset" }, ["x"], options, false)).toEqual({ value: undefined, problems: [] });
  expect(readLiteral(maybe, { is: "unset" }, ["x"], options).value?.scalar?.union?.value).toEqual({
    scalar: { noneType: {} },
  });
});

test("the empty text is a value, and no text is none", () => {
  const shape = shapeOf({ simple: "STRING" });
  expect(readLiteral(shape, { is: "text", text: "" }, ["x"], options).value).toEqual({
    scalar: { primitive: { stringValue: "" } },
  });
  expect(readLiteral(shape, { is: "unset" }, ["x"], options, false).value).toBeUndefined();
});

test("without the annotation a dataclass is sent as a Struct", () => {
  const { annotation: _, ...type } = recorded.values["point"]?.type ?? {};
  const draft: Draft = { is: "object", fields: { x: { is: "text", text: "3" }, y: { is: "text", text: "2" } } };
  expect(readLiteral(shapeOf(type), draft, ["x"], options).value).toEqual({ scalar: { generic: { x: 3, y: 2 } } });
});

test("types that have no field take a literal as JSON", () => {
  for (const simple of ["BINARY", "ERROR"] as const) {
    const shape = shapeOf({ simple });
    const raw = '{"scalar": {"binary": {"value": "AQ==", "tag": "x"}}}';
    expect(readLiteral(shape, { is: "raw", text: raw }, ["x"], options).value).toEqual(JSON.parse(raw));
    expect(readLiteral(shape, { is: "raw", text: "[]" }, ["x"], options).problems[0]?.code).toBe("literal");
  }
});

test("null inside of a Struct is a value, null of a message is none", () => {
  const answer = { scalar: { generic: { a: null, b: [null] }, blob: null }, hash: null };
  expect(withoutNulls(answer)).toEqual({ scalar: { generic: { a: null, b: [null] } } });
});

test("a schema literal carries its columns", () => {
  const schema = { columns: [{ name: "id", type: "INTEGER" as const }] };
  const shape = shapeOf({ schema });
  const { value } = readLiteral(shape, { is: "text", text: "s3://b/k" }, ["x"], options);
  expect(value).toEqual({ scalar: { schema: { uri: "s3://b/k", type: schema } } });
});
