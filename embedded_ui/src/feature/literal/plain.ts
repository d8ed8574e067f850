// A literal as the plain value that a person would write for it.
import type { LiteralJson } from "../../api/types";
import { type Data, dataOf } from "./data";
import { structData } from "./draft";
import { durationText, nanosOfJson } from "./scalars";

type Primitive = NonNullable<NonNullable<LiteralJson["scalar"]>["primitive"]>;

function primitive(value: Primitive): Data {
  if (value.integer !== undefined) return BigInt(value.integer);
  if (value.floatValue !== undefined) {
    const float = Number(value.floatValue);
    return Number.isFinite(float) ? float : String(value.floatValue);
  }
  if (value.duration !== undefined) return durationText(nanosOfJson(value.duration));
  return value.stringValue ?? value.boolean ?? value.datetime ?? null;
}

/** Lists and maps as such, addresses of what lies in the object store, structs as their data. */
export function plainData(literal: LiteralJson): Data {
  const { scalar, collection, map } = literal;
  if (collection) return (collection.literals ?? []).map(plainData);
  if (map) return Object.fromEntries(Object.entries(map.literals ?? {}).map(([key, each]) => [key, plainData(each)]));
  if (!scalar) return dataOf(literal);
  if (scalar.primitive) return primitive(scalar.primitive);
  if (scalar.union?.value) return plainData(scalar.union.value);
  if (scalar.noneType !== undefined) return null;
  const uri = scalar.blob?.uri ?? scalar.schema?.uri ?? scalar.structuredDataset?.uri;
  return uri ?? structData(literal) ?? dataOf(literal);
}
