// Bytes of an object as what a preview shows. Runs in a worker.
import type { ValueTree } from "../../ui/Value";
import { READ_MOST, ROWS, type Shown, type Table } from "./shown";

export type Read = (begin: number, end: number) => Promise<Uint8Array>;

/** Text without the half character and the half line that a cut leaves at the end. */
export function beginning(bytes: Uint8Array, whole: boolean): string {
  const text = new TextDecoder().decode(bytes, { stream: !whole });
  const end = whole ? -1 : text.lastIndexOf("\n");
  return end > 0 ? text.slice(0, end + 1) : text;
}

type Numbered = { "number of": string };
const isNumber = (value: object): value is Numbered => "number of" in value;

/** JSON as a tree in which every number has the digits that stand in the text. Throws when it is no JSON. */
export function treeOfJson(text: string): ValueTree {
  const keep = (_: string, value: unknown, context?: { source: string }): unknown =>
    typeof value === "number" ? { "number of": context?.source ?? String(value) } : value;
  return treeOf(JSON.parse(text, keep as (key: string, value: unknown) => unknown));
}

function treeOf(value: unknown): ValueTree {
  if (value === null || value === undefined) return { leaf: "none", text: "" };
  if (typeof value === "string") return { leaf: "text", text: value };
  if (typeof value !== "object") return { leaf: "word", text: String(value) };
  if (isNumber(value)) return { leaf: "number", text: value["number of"] };
  if (Array.isArray(value)) return { type: "list", entries: value.map((each, index) => [String(index), treeOf(each)]) };
  return { type: "map", entries: Object.entries(value).map(([key, each]) => [key, treeOf(each)]) };
}

export const ofJson = (bytes: Uint8Array, whole: boolean): Shown => {
  const text = new TextDecoder().decode(bytes);
  // A part of JSON is none: its text is shown.
  if (!whole) return { is: "text", text: beginning(bytes, false), whole };
  try {
    return { is: "tree", tree: treeOfJson(text), whole };
  } catch {
    return { is: "text", text, whole };
  }
};

/** JSON line by line; a line that is none is shown as text. */
export function ofLines(bytes: Uint8Array, whole: boolean): Shown {
  const lines = beginning(bytes, whole)
    .split("\n")
    .filter((line) => line.trim() !== "");
  const entries = lines.slice(0, 1000).map((line, index): [string, ValueTree] => {
    try {
      return [String(index), treeOfJson(line)];
    } catch {
      return [String(index), { leaf: "other", text: line }];
    }
  });
  return { is: "tree", tree: { type: "list", entries }, whole: whole && lines.length <= 1000 };
}

export async function ofCsv(bytes: Uint8Array, whole: boolean): Promise<Table> {
  const { default: papa } = await import("papaparse");
  const { data } = papa.parse<string[]>(beginning(bytes, whole), { skipEmptyLines: true });
  const [head = [], ...rows] = data;
  return {
    is: "table",
    columns: head.map((name) => ({ name, type: "" })),
    rows: rows.slice(0, ROWS),
    total: whole ? rows.length : null,
    packed: "",
  };
}

/** What is shown of an object of this type. */
export async function parse(type: string, size: number, read: Read): Promise<Shown> {
  const beginningOf = (most: number) => read(0, Math.min(size, most));
  switch (type) {
    case "parquet":
      return (await import("./parquet")).ofParquet(size, read);
    case "csv":
      return ofCsv(await beginningOf(READ_MOST.text), size <= READ_MOST.text);
    case "json":
      return ofJson(await beginningOf(READ_MOST.json), size <= READ_MOST.json);
    case "ndjson":
      return ofLines(await beginningOf(READ_MOST.text), size <= READ_MOST.text);
    case "text":
    case "html":
      return {
        is: "text",
        text: beginning(await beginningOf(READ_MOST.text), size <= READ_MOST.text),
        whole: size <= READ_MOST.text,
      };
    default:
      return { is: "hex", bytes: await beginningOf(READ_MOST.hex) };
  }
}
