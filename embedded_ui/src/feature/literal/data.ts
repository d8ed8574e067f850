// Plain data as JSON and msgpack carry it. Whole numbers are bigint, so that none loses digits, and 1 and 1.0 differ.

export type Data = null | boolean | bigint | number | string | Data[] | { [key: string]: Data };

/** A JSON text that is none: where, and what the parser says. */
export class JsonMistake extends Error {
  readonly line: number;
  readonly column: number;

  constructor(text: string, error: unknown) {
    const message = error instanceof Error ? error.message : String(error);
    super(message.replace(/^JSON\.parse: /, ""));
    const named = /line (\d+) column (\d+)/.exec(message);
    const at = /position (\d+)/.exec(message);
    const before = text.slice(0, at ? Number(at[1]) : text.length).split("\n");
    this.line = named ? Number(named[1]) : before.length;
    this.column = named ? Number(named[2]) : (before.at(-1)?.length ?? 0) + 1;
  }
}

type Reviver = (key: string, value: unknown, context: { source?: string }) => unknown;

/** The data of a JSON text; throws JsonMistake. */
export function parseData(text: string): Data {
  const revive: Reviver = (_key, value, context) =>
    typeof value === "number" && context?.source && /^-?\d+$/.test(context.source) ? BigInt(context.source) : value;
  try {
    return JSON.parse(text, revive as (key: string, value: unknown) => unknown) as Data;
  } catch (error) {
    throw new JsonMistake(text, error);
  }
}

/** The value of a JSON.parse as Data: numbers without a fraction are whole. */
export function dataOf(value: unknown): Data {
  if (typeof value === "number") return Number.isSafeInteger(value) ? BigInt(value) : value;
  if (Array.isArray(value)) return value.map(dataOf);
  if (isRecord(value)) return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, dataOf(each)]));
  return value === undefined ? null : (value as Data);
}

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  value !== null && typeof value === "object" && !Array.isArray(value);

export const isMap = (data: Data | undefined): data is { [key: string]: Data } => isRecord(data);

function number(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity";
  const text = Object.is(value, -0) ? "-0" : String(value);
  return /^-?\d+$/.test(text) ? `${text}.0` : text;
}

/** Data as JSON text. Floats keep a point, numbers that JSON lacks are written as Python's json does. */
export function writeData(data: Data, indent = 0, level = 0): string {
  if (typeof data === "bigint") return String(data);
  if (typeof data === "number") return number(data);
  if (data === null || typeof data !== "object") return JSON.stringify(data);
  const array = Array.isArray(data);
  const parts = array
    ? data.map((each) => writeData(each, indent, level + 1))
    : Object.entries(data).map(([key, each]) => `${JSON.stringify(key)}: ${writeData(each, indent, level + 1)}`);
  const [open, close] = array ? ["[", "]"] : ["{", "}"];
  if (parts.length === 0 || indent === 0) return `${open}${parts.join(", ")}${close}`;
  const flat = `${open}${parts.join(", ")}${close}`;
  if (flat.length <= 72 && !flat.includes("\n") && data !== null && Object.values(data).every(isLeaf)) return flat;
  const inner = " ".repeat(indent * (level + 1));
  return `${open}\n${parts.map((part) => inner + part).join(",\n")}\n${" ".repeat(indent * level)}${close}`;
}

const isLeaf = (data: Data): boolean => data === null || typeof data !== "object";

/** Data for a protobuf Struct, whose numbers are all doubles. */
export function plainOfData(data: Data): unknown {
  if (typeof data === "bigint") return Number(data);
  if (Array.isArray(data)) return data.map(plainOfData);
  if (isMap(data)) return Object.fromEntries(Object.entries(data).map(([key, each]) => [key, plainOfData(each)]));
  return data;
}
