// A draft as the literal that is sent, or what is wrong with it and where.
import type { LiteralJson, LiteralTypeJson } from "../../api/types";
import { isMap, plainOfData } from "./data";
import { parseDatetime } from "./datetime";
import { type Draft, draftOfData, type Item } from "./draft";
import { base64Of, encode } from "./msgpack";
import {
  duplicates,
  fine,
  gather,
  isGiven,
  jsonOf,
  nothing,
  parsed,
  type Reading,
  type ReadOptions,
  readData,
  readScalar,
  wrong,
} from "./parse-data";
import { durationJson, parseDuration } from "./scalars";
import { noneOf, type Shape } from "./shape";

export type { Problem, ProblemCode, Reading, ReadOptions } from "./parse-data";
export { isGiven } from "./parse-data";

const primitive = (of: NonNullable<NonNullable<LiteralJson["scalar"]>["primitive"]>): LiteralJson => ({
  scalar: { primitive: of },
});

const jsonFloat = (value: number) =>
  Number.isFinite(value) ? value : Number.isNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity";

const NONE: LiteralJson = { scalar: { noneType: {} } };

function address(path: string[], text: string): Reading<string> {
  const uri = text.trim();
  return !/^(?:[a-z][a-z0-9+.-]*:\/\/[^\s/].*|\/\S.*)$/i.test(uri) ? wrong(path, "address") : fine(uri);
}

function readTable(shape: Extract<Shape, { kind: "table" }>, uri: string, format: string): LiteralJson {
  if (shape.literal === "schema") return { scalar: { schema: { uri, type: shape.type.schema ?? {} } } };
  const structuredDatasetType = { ...shape.type.structuredDatasetType, ...(format === "" ? {} : { format }) };
  return { scalar: { structuredDataset: { uri, metadata: { structuredDatasetType } } } };
}

function readUri(shape: Shape, draft: Extract<Draft, { is: "text" }>, path: string[]): Reading<LiteralJson> {
  const { value: uri, problems } = address(path, draft.text);
  if (uri === undefined) return { value: undefined, problems };
  if (shape.kind === "table") return fine(readTable(shape, uri, draft.format ?? ""));
  if (shape.kind !== "blob") return nothing;
  const type = {
    format: shape.format || (draft.format ?? ""),
    dimensionality: shape.many ? "MULTIPART" : "SINGLE",
  } as const;
  return fine({ scalar: { blob: { uri, metadata: { type } } } });
}

function readText(
  shape: Shape,
  draft: Extract<Draft, { is: "text" }>,
  path: string[],
  options: ReadOptions,
): Reading<LiteralJson> {
  switch (shape.kind) {
    case "datetime":
      return parsed(path, parseDatetime(draft.text, draft.zone ?? "UTC", options.now), (datetime) =>
        primitive({ datetime }),
      );
    case "duration":
      return parsed(path, parseDuration(draft.text), (nanos) => primitive({ duration: durationJson(nanos) }));
    case "blob":
    case "table":
      return readUri(shape, draft, path);
    case "struct":
    case "raw":
      return wrong(path, "needed");
    default:
  }
  const { value, problems } = readScalar(shape, draft.text, path);
  if (value === undefined) return { value: undefined, problems };
  if (typeof value === "bigint") return fine(primitive({ integer: String(value) }));
  if (typeof value === "number") return fine(primitive({ floatValue: jsonFloat(value) }));
  return fine(primitive(typeof value === "boolean" ? { boolean: value } : { stringValue: value }));
}

function readStruct(shape: Extract<Shape, { kind: "struct" }>, draft: Draft, path: string[]): Reading<LiteralJson> {
  const { value: data, problems } = readData(shape.of, draft, path, true);
  if (data === undefined) return { value: undefined, problems };
  if (shape.msgpack) {
    if (!isMap(data)) return wrong(path, "data", { at: "", problem: "object" });
    return fine({ scalar: { binary: { tag: "msgpack", value: base64Of(encode(data)) } } });
  }
  return isMap(data)
    ? fine({ scalar: { generic: plainOfData(data) as Record<string, never> } })
    : wrong(path, "data", { at: "", problem: "object" });
}

function readRaw(path: string[], text: string): Reading<LiteralJson> {
  const { value, problems } = jsonOf(path, text);
  if (value === undefined) return { value: undefined, problems };
  const literal = isMap(value) && ["scalar", "collection", "map"].some((key) => isMap(value[key]));
  return literal ? fine(JSON.parse(text) as LiteralJson) : wrong(path, "literal");
}

/** A list or a map whose JSON was typed instead of its fields. */
function readRawItems(shape: Shape, text: string, path: string[], options: ReadOptions): Reading<LiteralJson> {
  const { value, problems } = jsonOf(path, text);
  if (value === undefined) return { value: undefined, problems };
  const draft = draftOfData(shape, value);
  if (draft.is === "raw") return wrong(path, "data", { at: "", problem: shape.kind === "list" ? "array" : "object" });
  return readLiteral(shape, draft, path, options);
}

function readMany(
  shape: Extract<Shape, { kind: "list" | "map" }>,
  items: Item[],
  path: string[],
  options: ReadOptions,
): Reading<LiteralJson> {
  const parts = gather(
    items.map(({ id, value }) => readLiteral(shape.of, value, [...path, String(id)], options, true)),
  );
  if (parts.value === undefined) return { value: undefined, problems: parts.problems };
  const literals = parts.value;
  if (shape.kind === "list") return fine({ collection: { literals } });
  const repeated = duplicates(path, items);
  if (repeated.length > 0) return { value: undefined, problems: repeated };
  return fine({ map: { literals: Object.fromEntries(items.map(({ key }, index) => [key, literals[index] ?? NONE])) } });
}

const union = (value: LiteralJson, type: LiteralTypeJson | null): LiteralJson => ({
  scalar: { union: { value, ...(type ? { type } : {}) } },
});

/** The literal of a draft; undefined when nothing is given and nothing has to be. */
export function readLiteral(
  shape: Shape,
  draft: Draft,
  path: string[],
  options: ReadOptions,
  required = true,
): Reading<LiteralJson> {
  if (shape.kind === "none") return fine(NONE);
  if (!isGiven(shape, draft)) {
    const none = noneOf(shape);
    if (shape.kind === "union" && none >= 0 && required) return fine(union(NONE, shape.of[none]?.type ?? null));
    return required ? wrong(path, "needed") : nothing;
  }
  if (shape.kind === "struct") return readStruct(shape, draft, path);
  switch (draft.is) {
    case "text":
      return readText(shape, draft, path, options);
    case "choice": {
      const variant = shape.kind === "union" ? shape.of[draft.at] : undefined;
      if (!variant) return wrong(path, "needed");
      const { value, problems } = readLiteral(variant.shape, draft.value, path, options);
      return value === undefined ? { value, problems } : fine(union(value, variant.type));
    }
    case "items":
      return shape.kind === "list" || shape.kind === "map" ? readMany(shape, draft.items, path, options) : nothing;
    case "raw":
      return shape.kind === "list" || shape.kind === "map"
        ? readRawItems(shape, draft.text, path, options)
        : readRaw(path, draft.text);
    default:
      return wrong(path, "needed");
  }
}
