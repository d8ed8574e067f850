import { expect, test } from "vitest";
import { hexLines } from "../../src/feature/preview/hex";
import { cellText, typeOfColumn } from "../../src/feature/preview/parquet";
import { beginning, ofCsv, ofJson, ofLines, parse, treeOfJson } from "../../src/feature/preview/parse";
import { compareCells, nextOrder, sortRows } from "../../src/feature/preview/sort";

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

test("a cut text ends with its last whole line, and with no half character", () => {
  const bytes = bytesOf("one\ntwo\n세");
  expect(beginning(bytes.subarray(0, bytes.length - 1), false)).toBe("one\ntwo\n");
  expect(beginning(bytes, true)).toBe("one\ntwo\n세");
  expect(beginning(bytesOf("no line end"), false)).toBe("no line end");
});

test("numbers of JSON keep the digits that they are written with", () => {
  const tree = treeOfJson('{"big": 9007199254740993, "one": 1.0, "e": 1e400, "list": [1, null, true, "<b>"]}');
  expect(tree).toEqual({
    type: "map",
    entries: [
      ["big", { leaf: "number", text: "9007199254740993" }],
      ["one", { leaf: "number", text: "1.0" }],
      ["e", { leaf: "number", text: "1e400" }],
      [
        "list",
        {
          type: "list",
          entries: [
            ["0", { leaf: "number", text: "1" }],
            ["1", { leaf: "none", text: "" }],
            ["2", { leaf: "word", text: "true" }],
            ["3", { leaf: "text", text: "<b>" }],
          ],
        },
      ],
    ],
  });
});

test("what is no JSON is text, and a part of JSON is", () => {
  expect(ofJson(bytesOf("{oops"), true)).toEqual({ is: "text", text: "{oops", whole: true });
  expect(ofJson(bytesOf("[1,\n2"), false)).toEqual({ is: "text", text: "[1,\n", whole: false });
});

test("JSON by lines has a value for each line, and shows what is none as it stands", () => {
  expect(ofLines(bytesOf('{"a": 1}\nnot json\n\n'), true)).toEqual({
    is: "tree",
    whole: true,
    tree: {
      type: "list",
      entries: [
        ["0", { type: "map", entries: [["a", { leaf: "number", text: "1" }]] }],
        ["1", { leaf: "other", text: "not json" }],
      ],
    },
  });
});

test("CSV has its quotes undone, and of a beginning no row count is told", async () => {
  const csv = 'id,"text, quoted"\r\n1,"two\nlines"\r\n2,""\r\n';
  expect(await ofCsv(bytesOf(csv), true)).toEqual({
    is: "table",
    columns: [
      { name: "id", type: "" },
      { name: "text, quoted", type: "" },
    ],
    rows: [
      ["1", "two\nlines"],
      ["2", ""],
    ],
    total: 2,
    packed: "",
  });
  expect((await ofCsv(bytesOf("a;b\n1;2\n3;"), false)).total).toBeNull();
});

test("only the beginning is asked for", async () => {
  const asked: [number, number][] = [];
  const read = async (begin: number, end: number) => {
    asked.push([begin, end]);
    return new Uint8Array(end - begin);
  };
  await parse("text", 5 << 20, read);
  await parse("binary", 5 << 20, read);
  await parse("binary", 10, read);
  expect(asked).toEqual([
    [0, 1 << 20],
    [0, 256],
    [0, 10],
  ]);
});

test("bytes are lines of sixteen, with their letters beside them", () => {
  expect(hexLines(bytesOf("<script>\n일"))).toEqual([
    "0000  3c 73 63 72 69 70 74 3e 0a ec 9d bc              <script>....",
  ]);
  expect(hexLines(new Uint8Array(17))).toHaveLength(2);
});

test("cells are sorted as numbers where they are numbers, and no value is last both ways", () => {
  expect(compareCells("9007199254740993", "9007199254740992")).toBe(1);
  expect(compareCells("2", "10")).toBe(-1);
  expect(compareCells("b", "a")).toBeGreaterThan(0);
  const rows = [["2"], [null], ["10"]];
  expect(sortRows(rows, { column: 0, down: false })).toEqual([["2"], ["10"], [null]]);
  expect(sortRows(rows, { column: 0, down: true })).toEqual([["10"], ["2"], [null]]);
  expect(sortRows(rows, null)).toBe(rows);
  expect(nextOrder(null, 1)).toEqual({ column: 1, down: false });
  expect(nextOrder({ column: 1, down: false }, 1)).toEqual({ column: 1, down: true });
  expect(nextOrder({ column: 1, down: true }, 1)).toBeNull();
});

test("cells of parquet have every digit, and nested ones are JSON", () => {
  expect(cellText(9007199254740993n)).toBe("9007199254740993");
  expect(cellText(Number.NaN)).toBe("NaN");
  expect(cellText({ a: [1n] })).toBe('{"a":["1"]}');
  expect(cellText(Uint8Array.of(0, 255))).toBe("00 ff");
  expect(cellText(null)).toBeNull();
  expect(typeOfColumn({ name: "x", type: "BYTE_ARRAY", converted_type: "UTF8" })).toBe("string");
  expect(typeOfColumn({ name: "x", type: "INT64" })).toBe("int64");
  expect(typeOfColumn({ name: "x", num_children: 2 })).toBe("struct");
});
