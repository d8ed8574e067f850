// What a field has to look like: a LiteralType, or a JSON schema inside of one, as one tree.
import type { LiteralTypeJson } from "../../api/types";
import { type Data, isRecord } from "./data";
import { schemaShape } from "./schema";

export interface Column {
  name: string;
  type: string;
}

/** One field of a dataclass. */
export interface ObjectField {
  name: string;
  shape: Shape;
  required: boolean;
  /** What the schema gives when the field is not set; undefined when it gives nothing that is exact. */
  preset: Data | undefined;
  description: string;
}

export interface Variant {
  label: string;
  shape: Shape;
  /** The type that a union literal carries; null inside of a dataclass, where data has no type. */
  type: LiteralTypeJson | null;
}

export type Shape =
  | { kind: "integer" | "float" | "string" | "boolean" | "datetime" | "duration" | "none" }
  /** Data of any form, as JSON. */
  | { kind: "data" }
  /** A literal that has no field of its own, as its JSON. */
  | { kind: "raw"; what: string }
  | { kind: "enum"; values: string[] }
  | { kind: "list"; of: Shape }
  | { kind: "map"; of: Shape }
  | { kind: "union"; of: Variant[] }
  | { kind: "object"; title: string; fields: ObjectField[]; open: Shape | null }
  /** A STRUCT: what `of` says, packed as the type asks for. */
  | { kind: "struct"; of: Shape; msgpack: boolean }
  | { kind: "blob"; format: string; many: boolean }
  | {
      kind: "table";
      literal: "schema" | "structuredDataset";
      format: string;
      columns: Column[];
      type: LiteralTypeJson;
    };

const SIMPLE: Record<string, Shape> = {
  INTEGER: { kind: "integer" },
  FLOAT: { kind: "float" },
  STRING: { kind: "string" },
  BOOLEAN: { kind: "boolean" },
  DATETIME: { kind: "datetime" },
  DURATION: { kind: "duration" },
  NONE: { kind: "none" },
};

function annotation(type: LiteralTypeJson, key: string): unknown {
  const all = type.annotation?.annotations;
  return isRecord(all) ? all[key] : undefined;
}

function simpleShape(type: LiteralTypeJson): Shape {
  const name = String(type.simple ?? "");
  if (name === "STRUCT") {
    const cache = annotation(type, "cache-key-metadata");
    const msgpack = isRecord(cache) && cache["serialization-format"] === "msgpack";
    return { kind: "struct", of: schemaShape(type.metadata), msgpack };
  }
  const words = annotation(type, "literal_values");
  if (name === "STRING" && Array.isArray(words) && words.length > 0 && words.every((word) => typeof word === "string"))
    return { kind: "enum", values: words };
  return SIMPLE[name] ?? { kind: "raw", what: name === "" || name === "NONE" ? "unknown" : name.toLowerCase() };
}

/** The word of a column's type: flytesnacks' schemas have enums, structured datasets have literal types. */
const columnsOf = (
  columns: readonly { name?: string; type?: unknown; literalType?: LiteralTypeJson }[] | undefined,
): Column[] =>
  (columns ?? []).map(({ name = "", type, literalType }) => ({
    name,
    type: literalType ? typeName(shapeOf(literalType)) : String(type ?? "").toLowerCase(),
  }));

function variantOf(type: LiteralTypeJson): Variant {
  const shape = shapeOf(type);
  return { label: typeName(shape), shape, type };
}

/** The shape of a literal type. */
export function shapeOf(type: LiteralTypeJson | undefined): Shape {
  if (!type) return { kind: "raw", what: "unknown" };
  if (type.collectionType) return { kind: "list", of: shapeOf(type.collectionType) };
  if (type.mapValueType) return { kind: "map", of: shapeOf(type.mapValueType) };
  if (type.unionType) return { kind: "union", of: (type.unionType.variants ?? []).map(variantOf) };
  if (type.enumType) return { kind: "enum", values: [...(type.enumType.values ?? [])] };
  if (type.blob)
    return { kind: "blob", format: type.blob.format ?? "", many: String(type.blob.dimensionality) === "MULTIPART" };
  if (type.schema)
    return { kind: "table", literal: "schema", format: "", columns: columnsOf(type.schema.columns), type };
  const dataset = type.structuredDatasetType;
  if (dataset) {
    const columns = columnsOf(dataset.columns);
    return { kind: "table", literal: "structuredDataset", format: dataset.format ?? "", columns, type };
  }
  return simpleShape(type);
}

const WORDS: Partial<Record<Shape["kind"], string>> = {
  integer: "int",
  string: "str",
  boolean: "bool",
  duration: "timedelta",
  data: "any",
};

/** The name of a type in the words of Python: int, list[float], dict[str, Point], int | none. */
export function typeName(shape: Shape): string {
  switch (shape.kind) {
    case "list":
      return `list[${typeName(shape.of)}]`;
    case "map":
      return `dict[str, ${typeName(shape.of)}]`;
    case "union":
      return shape.of.map(({ label }) => label).join(" | ");
    case "struct":
      return shape.of.kind === "object" ? typeName(shape.of) : "struct";
    case "object":
      return shape.title === "" ? "struct" : shape.title;
    case "raw":
      return shape.what;
    case "blob": {
      const name = shape.many ? "directory" : "file";
      return shape.format === "" ? name : `${name} (${shape.format})`;
    }
    case "table":
      return shape.literal === "schema" ? "schema" : "dataframe";
    default:
      return WORDS[shape.kind] ?? shape.kind;
  }
}

/** The variant for "nothing" of a union; -1 when it has none. */
export const noneOf = (shape: Shape): number =>
  shape.kind === "union" ? shape.of.findIndex(({ shape: { kind } }) => kind === "none") : -1;

/** The one other variant of an optional value; null when the shape is not just something or nothing. */
export function optionalOf(shape: Shape): { at: number; variant: Variant } | null {
  if (shape.kind !== "union" || shape.of.length !== 2 || noneOf(shape) < 0) return null;
  const at = 1 - noneOf(shape);
  const variant = shape.of[at];
  return variant ? { at, variant } : null;
}
