// The data of a draft inside of a STRUCT, and what reading of any draft shares.
import { checkData, shapedData } from "./check";
import { type Data, JsonMistake, parseData } from "./data";
import type { Draft, Item } from "./draft";
import { type Parsed, parseBoolean, parseFloatText, parseInteger, type ScalarCode } from "./scalars";
import { noneOf, type Shape } from "./shape";

export type ProblemCode =
  | ScalarCode
  | "needed"
  | "oneOf"
  | "json"
  | "data"
  | "literal"
  | "address"
  | "duplicateKey"
  | "uploading"
  | "refused";

/** What is wrong with a field. The text catalogue words it; `path` leads from the input to the part of it. */
export interface Problem {
  path: string[];
  code: ProblemCode;
  values: Record<string, string>;
}

export interface Reading<T> {
  /** Undefined when nothing is given, or when something is wrong. */
  value: T | undefined;
  problems: Problem[];
}

/** What reading depends on besides the draft. */
export interface ReadOptions {
  now: number;
}

export const nothing = { value: undefined, problems: [] };
export const wrong = (path: string[], code: ProblemCode, values: Record<string, string> = {}): Reading<never> => ({
  value: undefined,
  problems: [{ path, code, values }],
});
export const fine = <T>(value: T): Reading<T> => ({ value, problems: [] });

export const parsed = <T, R>(path: string[], result: Parsed<T>, map: (value: T) => R): Reading<R> =>
  "code" in result ? wrong(path, result.code) : fine(map(result.value));

export function jsonOf(path: string[], text: string): Reading<Data> {
  try {
    return fine(parseData(text));
  } catch (error) {
    if (!(error instanceof JsonMistake)) throw error;
    const { line, column, message } = error;
    return wrong(path, "json", { line: String(line), column: String(column), message });
  }
}

/** The parts of a list or of an object, all of them or what is wrong with any. */
export function gather<T>(parts: Reading<T>[]): Reading<T[]> {
  const problems = parts.flatMap((part) => part.problems);
  if (problems.length > 0) return { value: undefined, problems };
  return fine(parts.map((part) => part.value).filter((value) => value !== undefined));
}

export function duplicates(path: string[], items: Item[]): Problem[] {
  const seen = new Set<string>();
  return items.flatMap(({ id, key }) => {
    if (!seen.has(key)) {
      seen.add(key);
      return [];
    }
    return [{ path: [...path, String(id)], code: "duplicateKey" as const, values: { key } }];
  });
}

const isBlank = (draft: Draft): boolean =>
  draft.is === "unset" || ((draft.is === "text" || draft.is === "raw") && draft.text.trim() === "");

/** Whether a field holds something; a text field that was emptied holds the empty text. */
export const isGiven = (shape: Shape, draft: Draft): boolean =>
  shape.kind === "string" ? draft.is !== "unset" : shape.kind === "none" || !isBlank(draft);

type Scalar = bigint | number | string | boolean;

export function readScalar(shape: Shape, text: string, path: string[]): Reading<Scalar> {
  switch (shape.kind) {
    case "integer":
      return parsed(path, parseInteger(text), (value) => value);
    case "float":
      return parsed(path, parseFloatText(text), (value) => value);
    case "boolean":
      return parsed(path, parseBoolean(text), (value) => value);
    case "enum":
      return shape.values.includes(text) ? fine(text) : wrong(path, "oneOf", { values: shape.values.join(", ") });
    default:
      return fine(text);
  }
}

// Data inside of a STRUCT.

function readObject(shape: Extract<Shape, { kind: "object" }>, draft: Draft, path: string[]): Reading<Data> {
  if (draft.is !== "object") return nothing;
  const out: { [key: string]: Data } = {};
  const problems: Problem[] = [];
  for (const { name, shape: of, required, preset } of shape.fields) {
    const value = draft.fields[name] ?? { is: "unset" };
    const part = readData(of, value, [...path, name], required);
    problems.push(...part.problems);
    const empty = part.value === undefined && part.problems.length === 0;
    if (part.value !== undefined) out[name] = part.value;
    else if (empty && preset === undefined && noneOf(of) >= 0) out[name] = null;
  }
  return problems.length > 0 ? { value: undefined, problems } : fine(out);
}

/** The data of a draft; undefined when nothing is given. */
export function readData(shape: Shape, draft: Draft, path: string[], required = true): Reading<Data> {
  if (shape.kind === "none") return fine(null);
  if (draft.is === "raw") {
    if (draft.text.trim() === "") return required ? wrong(path, "needed") : nothing;
    const data = jsonOf(path, draft.text);
    if (data.value === undefined) return data;
    const mistakes = checkData(shape, data.value);
    return mistakes.length === 0
      ? fine(shapedData(shape, data.value))
      : {
          value: undefined,
          problems: mistakes.map(({ at, problem, values }) => ({
            path,
            code: "data",
            values: { ...values, at, problem },
          })),
        };
  }
  if (!isGiven(shape, draft)) {
    if (shape.kind === "union" && noneOf(shape) >= 0) return required ? fine(null) : nothing;
    return required ? wrong(path, "needed") : nothing;
  }
  if (draft.is === "items") return readItems(shape, draft.items, path);
  if (draft.is === "object" && shape.kind === "object") return readObject(shape, draft, path);
  if (draft.is === "choice" && shape.kind === "union") {
    const variant = shape.of[draft.at];
    return variant ? readData(variant.shape, draft.value, path) : wrong(path, "needed");
  }
  return draft.is === "text" ? readScalar(shape, draft.text, path) : wrong(path, "needed");
}

function readItems(shape: Shape, items: Item[], path: string[]): Reading<Data> {
  if (shape.kind !== "list" && shape.kind !== "map") return wrong(path, "needed");
  const parts = gather(items.map(({ id, value }) => readData(shape.of, value, [...path, String(id)])));
  if (shape.kind === "list" || parts.value === undefined) return parts;
  const repeated = duplicates(path, items);
  if (repeated.length > 0) return { value: undefined, problems: repeated };
  return fine(Object.fromEntries(items.map(({ key }, index) => [key, parts.value?.[index] ?? null])));
}
