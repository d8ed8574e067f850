// What stands in a field while it is being filled in. It is plain JSON, so that a half-filled form can be kept.
import type { LiteralJson, LiteralTypeJson } from "../../api/types";
import { type Data, dataOf, isMap, writeData } from "./data";
import { datetimeText, localZone } from "./datetime";
import { bytesOf, dataOfUnpacked, decode } from "./msgpack";
import { durationText, floatText, nanosOfJson } from "./scalars";
import { noneOf, type ObjectField, type Shape } from "./shape";

export interface Item {
  /** Unique in its list, so that a row keeps its focus when others move. */
  id: number;
  key: string;
  value: Draft;
}

export type Draft =
  /** Nothing is given. */
  | { is: "unset" }
  | { is: "text"; text: string; zone?: string; format?: string }
  /** The items of a list or the entries of a map. */
  | { is: "items"; items: Item[] }
  | { is: "object"; fields: Record<string, Draft> }
  | { is: "choice"; at: number; value: Draft }
  /** JSON instead of fields. */
  | { is: "raw"; text: string };

export const UNSET: Draft = { is: "unset" };
export const textDraft = (text: string): Draft => ({ is: "text", text });

export const itemsOf = (values: [key: string, value: Draft][]): Draft => ({
  is: "items",
  items: values.map(([key, value], id) => ({ id, key, value })),
});

export const nextId = (items: Item[]): number => items.reduce((most, { id }) => Math.max(most, id), -1) + 1;

/** What a field holds before anybody wrote into it. */
export function emptyDraft(shape: Shape): Draft {
  switch (shape.kind) {
    case "list":
    case "map":
      return itemsOf([]);
    case "object":
      return { is: "object", fields: Object.fromEntries(shape.fields.map((field) => [field.name, fieldDraft(field)])) };
    case "struct":
      return emptyDraft(shape.of);
    case "union": {
      const first = shape.of[0];
      return noneOf(shape) >= 0 || !first ? UNSET : { is: "choice", at: 0, value: emptyDraft(first.shape) };
    }
    case "datetime":
      return { is: "text", text: "", zone: localZone() };
    case "data":
    case "raw":
      return { is: "raw", text: "" };
    default:
      return UNSET;
  }
}

const fieldDraft = ({ shape, preset, required }: ObjectField): Draft =>
  preset !== undefined ? draftOfData(shape, preset) : required ? emptyDraft(shape) : UNSET;

function scalarText(data: Data): string {
  if (typeof data === "string") return data;
  return typeof data === "number" ? floatText(data) : writeData(data);
}

const fits = (shape: Shape, data: Data): boolean => {
  switch (shape.kind) {
    case "integer":
      return typeof data === "bigint";
    case "float":
      return typeof data === "number" || typeof data === "bigint";
    case "boolean":
      return typeof data === "boolean";
    case "none":
      return data === null;
    case "list":
      return Array.isArray(data) && data.every((each) => fits(shape.of, each));
    case "map":
      return isMap(data) && Object.values(data).every((each) => fits(shape.of, each));
    case "object":
      return (
        isMap(data) &&
        shape.fields.every(({ name, required }) => !required || name in data) &&
        (shape.open !== null || Object.keys(data).every((key) => shape.fields.some(({ name }) => name === key)))
      );
    case "struct":
      return fits(shape.of, data);
    case "union":
      return shape.of.some((variant) => fits(variant.shape, data));
    case "enum":
      return typeof data === "string" && shape.values.includes(data);
    case "data":
      return true;
    case "raw":
      return isMap(data);
    default:
      return typeof data === "string";
  }
};

/** What a field shows for plain data; what does not fit stays as text, so that reading names it. */
export function draftOfData(shape: Shape, data: Data): Draft {
  switch (shape.kind) {
    case "list":
      return Array.isArray(data)
        ? itemsOf(data.map((each, index) => [String(index), draftOfData(shape.of, each)]))
        : { is: "raw", text: writeData(data, 2) };
    case "map":
      return isMap(data)
        ? itemsOf(Object.entries(data).map(([key, each]) => [key, draftOfData(shape.of, each)]))
        : { is: "raw", text: writeData(data, 2) };
    case "object":
      return objectDraft(shape, data);
    case "struct":
      return draftOfData(shape.of, data);
    case "union":
      return unionDraft(shape, data);
    case "data":
    case "raw":
      return { is: "raw", text: writeData(data, 2) };
    case "none":
      return data === null ? UNSET : textDraft(scalarText(data));
    case "datetime":
      return { is: "text", text: scalarText(data), zone: "UTC" };
    default:
      return data === null ? UNSET : textDraft(scalarText(data));
  }
}

function objectDraft(shape: Extract<Shape, { kind: "object" }>, data: Data): Draft {
  const known = isMap(data) && Object.keys(data).every((key) => shape.fields.some(({ name }) => name === key));
  if (!isMap(data) || !known) return { is: "raw", text: writeData(data, 2) };
  const fields = shape.fields.map(({ name, shape: of }) => {
    const given = data[name];
    return [name, given === undefined ? UNSET : draftOfData(of, given)] as const;
  });
  return { is: "object", fields: Object.fromEntries(fields) };
}

function unionDraft(shape: Extract<Shape, { kind: "union" }>, data: Data): Draft {
  if (data === null && noneOf(shape) >= 0) return UNSET;
  const found = shape.of.findIndex((variant) => fits(variant.shape, data));
  const at =
    found >= 0
      ? found
      : Math.max(
          0,
          shape.of.findIndex(({ shape: { kind } }) => kind !== "none"),
        );
  const variant = shape.of[at];
  return variant ? { is: "choice", at, value: draftOfData(variant.shape, data) } : UNSET;
}

/** The data of a STRUCT literal in either packing; undefined when it is none. */
export function structData(literal: LiteralJson): Data | undefined {
  const { generic, binary } = literal.scalar ?? {};
  if (generic !== undefined) return dataOf(generic);
  if (binary?.tag !== "msgpack") return undefined;
  try {
    return dataOfUnpacked(decode(bytesOf(binary.value ?? "")));
  } catch {
    return undefined; // What is no msgpack is shown as the literal that it is.
  }
}

/** A key for comparing types: union literals carry one whose details may differ from the variant's. */
const typeKey = (type: LiteralTypeJson | null | undefined): string =>
  type ? `${typeNameOfJson(type)}#${type.structure?.tag ?? ""}` : "";

function typeNameOfJson(type: LiteralTypeJson): string {
  const { simple, collectionType, mapValueType, enumType, blob, unionType, schema } = type;
  if (simple !== undefined) return String(simple);
  if (collectionType) return `[${typeNameOfJson(collectionType)}]`;
  if (mapValueType) return `{${typeNameOfJson(mapValueType)}}`;
  if (enumType) return `enum ${enumType.values?.join() ?? ""}`;
  if (blob) return `blob ${blob.format ?? ""} ${blob.dimensionality ?? ""}`;
  return unionType ? `(${unionType.variants?.map(typeNameOfJson).join("|")})` : schema ? "schema" : "dataset";
}

const holds = (shape: Shape, literal: LiteralJson): boolean => {
  const { scalar, collection, map } = literal;
  const primitive = scalar?.primitive;
  switch (shape.kind) {
    case "integer":
      return primitive?.integer !== undefined;
    case "float":
      return primitive?.floatValue !== undefined;
    case "string":
      return primitive?.stringValue !== undefined;
    case "enum":
      return primitive?.stringValue !== undefined && shape.values.includes(primitive.stringValue);
    case "boolean":
      return primitive?.boolean !== undefined;
    case "datetime":
      return primitive?.datetime !== undefined;
    case "duration":
      return primitive?.duration !== undefined;
    case "none":
      return scalar?.noneType !== undefined;
    case "list":
      return collection !== undefined && (collection.literals ?? []).every((each) => holds(shape.of, each));
    case "map":
      return map !== undefined && Object.values(map.literals ?? {}).every((each) => holds(shape.of, each));
    case "struct":
      return scalar?.generic !== undefined || scalar?.binary?.tag === "msgpack";
    case "blob":
      return scalar?.blob !== undefined;
    case "table":
      return scalar?.[shape.literal] !== undefined;
    case "union":
      return scalar?.union !== undefined || shape.of.some((variant) => holds(variant.shape, literal));
    default:
      return true;
  }
};

export const rawDraft = (literal: LiteralJson): Draft => ({ is: "raw", text: writeData(dataOf(literal), 2) });

/** What a field shows for a literal; one that does not fit the type stays as its JSON, so that reading names it. */
export function draftOfLiteral(shape: Shape, literal: LiteralJson): Draft {
  if (shape.kind === "union") return unionLiteralDraft(shape, literal);
  const { scalar, collection, map } = literal;
  const inner = scalar?.union?.value;
  if (inner) return draftOfLiteral(shape, inner);
  if (!holds(shape, literal)) return rawDraft(literal);
  const primitive = scalar?.primitive;
  switch (shape.kind) {
    case "integer":
      return textDraft(String(primitive?.integer));
    case "float":
      return textDraft(floatText(Number(primitive?.floatValue)));
    case "string":
    case "enum":
      return textDraft(primitive?.stringValue ?? "");
    case "boolean":
      return textDraft(String(primitive?.boolean));
    case "datetime":
      return { is: "text", text: datetimeText(primitive?.datetime ?? "", localZone()), zone: localZone() };
    case "duration":
      return textDraft(durationText(nanosOfJson(primitive?.duration ?? "")));
    case "list":
      return itemsOf((collection?.literals ?? []).map((each, at) => [String(at), draftOfLiteral(shape.of, each)]));
    case "map":
      return itemsOf(Object.entries(map?.literals ?? {}).map(([key, each]) => [key, draftOfLiteral(shape.of, each)]));
    case "struct": {
      const data = structData(literal);
      return data === undefined ? rawDraft(literal) : draftOfData(shape.of, data);
    }
    case "blob": {
      const blob = scalar?.blob;
      return { is: "text", text: blob?.uri ?? "", format: blob?.metadata?.type?.format ?? "" };
    }
    case "table": {
      const format = scalar?.structuredDataset?.metadata?.structuredDatasetType?.format ?? "";
      return { is: "text", text: scalar?.[shape.literal]?.uri ?? "", format };
    }
    case "none":
      return UNSET;
    default:
      return rawDraft(literal);
  }
}

function unionLiteralDraft(shape: Extract<Shape, { kind: "union" }>, literal: LiteralJson): Draft {
  const union = literal.scalar?.union;
  const value = union?.value ?? literal;
  const named = union ? shape.of.findIndex(({ type }) => typeKey(type) === typeKey(union.type)) : -1;
  const at = named >= 0 ? named : shape.of.findIndex((variant) => holds(variant.shape, value));
  const variant = shape.of[at];
  if (!variant) return rawDraft(literal);
  return variant.shape.kind === "none" ? UNSET : { is: "choice", at, value: draftOfLiteral(variant.shape, value) };
}
