import type { LiteralJson, LiteralMapJson, LiteralTypeJson, ScalarJson } from "../../api/types";
import { texts } from "../../text";
import type { ValueTree } from "../../ui/Value";
import { type Data, isMap } from "./data";
import { structData } from "./draft";
import { durationText, floatText, nanosOfJson } from "./scalars";
import { shapeOf, typeName } from "./shape";

const other = (text: string): ValueTree => ({ leaf: "other", text });

type PrimitiveJson = NonNullable<ScalarJson["primitive"]>;

function primitive(value: PrimitiveJson): ValueTree {
  if (value.stringValue !== undefined) return { leaf: "text", text: value.stringValue };
  if (value.integer !== undefined) return { leaf: "number", text: String(value.integer) };
  if (value.floatValue !== undefined) return { leaf: "number", text: floatText(Number(value.floatValue)) };
  if (value.boolean !== undefined) return { leaf: "word", text: String(value.boolean) };
  if (value.datetime !== undefined) return { leaf: "word", text: value.datetime };
  if (value.duration !== undefined) return { leaf: "word", text: durationText(nanosOfJson(value.duration)) };
  return { leaf: "none", text: "" };
}

/** JSON as a tree. */
export function jsonTree(value: unknown): ValueTree {
  if (value === null || value === undefined) return { leaf: "none", text: "" };
  if (typeof value === "string") return { leaf: "text", text: value };
  if (typeof value === "number") return { leaf: "number", text: String(value) };
  if (typeof value === "boolean") return { leaf: "word", text: String(value) };
  if (Array.isArray(value))
    return { type: "list", entries: value.map((each, index) => [String(index), jsonTree(each)]) };
  return { type: "map", entries: Object.entries(value).map(([key, each]) => [key, jsonTree(each)]) };
}

/** Data of a dataclass as a tree. Whole numbers are shown with every digit, floats with their point. */
export function dataTree(data: Data): ValueTree {
  if (typeof data === "bigint") return { leaf: "number", text: String(data) };
  if (typeof data === "number")
    return { leaf: "number", text: Number.isInteger(data) ? data.toFixed(1) : floatText(data) };
  if (Array.isArray(data)) return { type: "list", entries: data.map((each, index) => [String(index), dataTree(each)]) };
  if (isMap(data)) return { type: "map", entries: Object.entries(data).map(([key, each]) => [key, dataTree(each)]) };
  return jsonTree(data);
}

function scalar(value: ScalarJson): ValueTree {
  if (value.primitive) return primitive(value.primitive);
  if (value.noneType !== undefined) return { leaf: "word", text: texts().values.none };
  if (value.generic !== undefined) return jsonTree(value.generic);
  if (value.blob) return { leaf: "word", text: value.blob.uri ?? "" };
  if (value.schema) return { leaf: "word", text: value.schema.uri ?? "" };
  if (value.structuredDataset) return { leaf: "word", text: value.structuredDataset.uri ?? "" };
  if (value.union?.value) return literalTree(value.union.value);
  if (value.binary?.tag === "msgpack") {
    const data = structData({ scalar: value });
    if (data !== undefined) return dataTree(data);
  }
  if (value.binary) return other(texts().values.binary(value.binary.tag ?? ""));
  if (value.error) return other(value.error.message ?? "");
  return { leaf: "none", text: "" };
}

/** A literal as a tree to be shown. */
export function literalTree(literal: LiteralJson): ValueTree {
  if (literal.scalar) return scalar(literal.scalar);
  if (literal.collection)
    return {
      type: "list",
      entries: (literal.collection.literals ?? []).map((each, index) => [String(index), literalTree(each)]),
    };
  if (literal.map) return mapTree(literal.map);
  if (literal.offloadedMetadata) return { leaf: "word", text: literal.offloadedMetadata.uri ?? "" };
  return { leaf: "none", text: "" };
}

/** Named literals as a tree; the names in order. */
export function mapTree(map: LiteralMapJson): ValueTree {
  const entries = Object.entries(map.literals ?? {}).sort(([a], [b]) => a.localeCompare(b));
  return { type: "map", entries: entries.map(([name, literal]) => [name, literalTree(literal)]) };
}

/** A type in the words of Python: int, list[str], dict[str, float], file, int | none. */
export const typeText = (type: LiteralTypeJson | undefined): string => (type ? typeName(shapeOf(type)) : "");
