import type { LiteralJson, LiteralMapJson, LiteralTypeJson, ScalarJson } from "../../api/types";
import { texts } from "../../text";
import { duration } from "../../text/format";
import type { ValueTree } from "../../ui/Value";

const other = (text: string): ValueTree => ({ leaf: "other", text });

/** "1h 30m" of the protocol's seconds ("5400s"). */
function durationOf(text: string): string {
  const seconds = Number(text.replace(/s$/, ""));
  return Number.isNaN(seconds) ? text : `${duration(seconds * 1000)}`;
}

type PrimitiveJson = NonNullable<ScalarJson["primitive"]>;

function primitive(value: PrimitiveJson): ValueTree {
  if (value.stringValue !== undefined) return { leaf: "text", text: value.stringValue };
  if (value.integer !== undefined) return { leaf: "number", text: String(value.integer) };
  if (value.floatValue !== undefined) return { leaf: "number", text: String(value.floatValue) };
  if (value.boolean !== undefined) return { leaf: "word", text: String(value.boolean) };
  if (value.datetime !== undefined) return { leaf: "word", text: value.datetime };
  if (value.duration !== undefined) return { leaf: "word", text: durationOf(value.duration) };
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

function scalar(value: ScalarJson): ValueTree {
  if (value.primitive) return primitive(value.primitive);
  if (value.noneType !== undefined) return { leaf: "word", text: texts().values.none };
  if (value.generic !== undefined) return jsonTree(value.generic);
  if (value.blob) return { leaf: "word", text: value.blob.uri ?? "" };
  if (value.schema) return { leaf: "word", text: value.schema.uri ?? "" };
  if (value.structuredDataset) return { leaf: "word", text: value.structuredDataset.uri ?? "" };
  if (value.union?.value) return literalTree(value.union.value);
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

const SIMPLE: Record<string, string> = {
  NONE: "none",
  INTEGER: "int",
  FLOAT: "float",
  STRING: "str",
  BOOLEAN: "bool",
  DATETIME: "datetime",
  DURATION: "timedelta",
  BINARY: "binary",
  ERROR: "error",
  STRUCT: "struct",
};

/** A type in the words of Python: int, list[str], dict[str, float], file, union. */
export function typeText(type: LiteralTypeJson | undefined): string {
  if (!type) return "";
  if (type.simple !== undefined) {
    const title = (type.metadata as { title?: string } | undefined)?.title;
    return title ?? SIMPLE[String(type.simple)] ?? String(type.simple).toLowerCase();
  }
  if (type.collectionType) return `list[${typeText(type.collectionType)}]`;
  if (type.mapValueType) return `dict[str, ${typeText(type.mapValueType)}]`;
  if (type.blob) return String(type.blob.dimensionality ?? "SINGLE") === "MULTIPART" ? "directory" : "file";
  if (type.schema) return "schema";
  if (type.structuredDatasetType) return "dataframe";
  if (type.enumType) return "enum";
  if (type.unionType) return (type.unionType.variants ?? []).map(typeText).join(" | ");
  return "";
}
