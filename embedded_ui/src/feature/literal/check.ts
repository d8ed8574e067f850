// Whether data fits a shape, for JSON that was typed instead of filled into fields.
import { type Data, isMap } from "./data";
import type { Shape } from "./shape";

export interface Mistake {
  /** Where in the data: at.y, path[2].x; empty for the whole. */
  at: string;
  problem:
    | "integer"
    | "float"
    | "string"
    | "boolean"
    | "none"
    | "array"
    | "object"
    | "oneOf"
    | "missing"
    | "unknown"
    | "range";
  values: Record<string, string>;
}

const mistake = (at: string, problem: Mistake["problem"], values: Record<string, string> = {}): Mistake[] => [
  { at, problem, values },
];

const INT64 = 2n ** 63n;

function checkObject(shape: Extract<Shape, { kind: "object" }>, data: { [key: string]: Data }, at: string): Mistake[] {
  const below = (name: string): string => (at === "" ? name : `${at}.${name}`);
  const known = shape.fields.flatMap(({ name, shape: of, required }) => {
    const value = data[name];
    if (value === undefined) return required ? mistake(below(name), "missing") : [];
    return checkData(of, value, below(name));
  });
  const others = Object.keys(data).filter((key) => !shape.fields.some(({ name }) => name === key));
  const more = others.flatMap((key) =>
    shape.open ? checkData(shape.open, data[key] ?? null, below(key)) : mistake(below(key), "unknown"),
  );
  return [...known, ...more];
}

/** What is wrong with data of a shape; empty when nothing is. */
export function checkData(shape: Shape, data: Data, at = ""): Mistake[] {
  switch (shape.kind) {
    case "integer":
      if (typeof data !== "bigint") return mistake(at, "integer");
      return data >= INT64 || data < -INT64 ? mistake(at, "range") : [];
    case "float":
      return typeof data === "number" || typeof data === "bigint" ? [] : mistake(at, "float");
    case "boolean":
      return typeof data === "boolean" ? [] : mistake(at, "boolean");
    case "none":
      return data === null ? [] : mistake(at, "none");
    case "enum":
      return typeof data === "string" && shape.values.includes(data)
        ? []
        : mistake(at, "oneOf", { values: shape.values.join(", ") });
    case "list":
      if (!Array.isArray(data)) return mistake(at, "array");
      return data.flatMap((each, index) => checkData(shape.of, each, `${at}[${index}]`));
    case "map":
      if (!isMap(data)) return mistake(at, "object");
      return Object.entries(data).flatMap(([key, each]) => checkData(shape.of, each, at === "" ? key : `${at}.${key}`));
    case "object":
      return isMap(data) ? checkObject(shape, data, at) : mistake(at, "object");
    case "union":
      return checkUnion(shape, data, at);
    case "string":
      return typeof data === "string" ? [] : mistake(at, "string");
    default:
      return [];
  }
}

/** The mistakes of the variant that is nearest: the one with the fewest. */
function checkUnion(shape: Extract<Shape, { kind: "union" }>, data: Data, at: string): Mistake[] {
  let best: Mistake[] | null = null;
  for (const { shape: of } of shape.of) {
    const found = checkData(of, data, at);
    if (found.length === 0) return [];
    if (of.kind !== "none" && (!best || found.length < best.length)) best = found;
  }
  return best ?? [];
}

/** The same data where whole numbers stand in place of floats made floats, as the code that reads it will have them. */
export function shapedData(shape: Shape, data: Data): Data {
  switch (shape.kind) {
    case "float":
      return typeof data === "bigint" ? Number(data) : data;
    case "list":
      return Array.isArray(data) ? data.map((each) => shapedData(shape.of, each)) : data;
    case "map":
      return isMap(data) ? mapValues(data, () => shape.of) : data;
    case "object":
      return isMap(data) ? mapValues(data, (key) => shape.fields.find(({ name }) => name === key)?.shape) : data;
    case "union": {
      const variant = shape.of.find(({ shape: of }) => checkData(of, data).length === 0);
      return variant ? shapedData(variant.shape, data) : data;
    }
    default:
      return data;
  }
}

const mapValues = (data: { [key: string]: Data }, shapeOf: (key: string) => Shape | undefined): Data =>
  Object.fromEntries(
    Object.entries(data).map(([key, each]) => {
      const shape = shapeOf(key);
      return [key, shape ? shapedData(shape, each) : each];
    }),
  );
