// The part of JSON schema that Python's dataclass libraries write, as shapes.
import { type Data, dataOf, isRecord } from "./data";
import type { ObjectField, Shape, Variant } from "./shape";
import { typeName } from "./shape";

type Schema = Record<string, unknown>;

/** References may go round; what lies deeper than this is data of any form. */
const DEPTH = 8;

function resolve(schema: Schema, root: Schema): Schema | null {
  const seen = new Set<string>();
  let at = schema;
  while (typeof at["$ref"] === "string") {
    const reference = at["$ref"];
    if (seen.has(reference) || !reference.startsWith("#")) return null;
    seen.add(reference);
    let found: unknown = root;
    for (const part of reference.slice(1).split("/").filter(Boolean))
      found = isRecord(found) ? found[part.replaceAll("~1", "/").replaceAll("~0", "~")] : undefined;
    if (!isRecord(found)) return null;
    at = found;
  }
  const [only] = Array.isArray(at["allOf"]) && at["allOf"].length === 1 ? at["allOf"] : [];
  return isRecord(only) ? resolve(only, root) : at;
}

/** A default that is a whole number beyond 2^53 went through a double: what it was is not known. */
function preset(schema: Schema, shape: Shape): Data | undefined {
  const given = schema["default"];
  if (given === undefined) return undefined;
  if (typeof given === "number" && shape.kind === "integer" && !Number.isSafeInteger(given)) return undefined;
  if (typeof given === "number" && shape.kind === "float") return given;
  return dataOf(given);
}

function fieldsOf(schema: Schema, root: Schema, depth: number): ObjectField[] {
  const properties = isRecord(schema["properties"]) ? schema["properties"] : {};
  const required = Array.isArray(schema["required"]) ? schema["required"].map(String) : [];
  const order = (name: string): number => (required.includes(name) ? required.indexOf(name) : required.length);
  return Object.entries(properties)
    .filter((entry): entry is [string, Schema] => isRecord(entry[1]))
    .sort(([a], [b]) => order(a) - order(b) || (a < b ? -1 : 1))
    .map(([name, of]) => {
      const shape = shapeAt(of, root, depth + 1);
      const description = typeof of["description"] === "string" ? of["description"] : "";
      return { name, shape, required: required.includes(name), preset: preset(of, shape), description };
    });
}

function objectShape(schema: Schema, root: Schema, depth: number): Shape {
  const more = schema["additionalProperties"];
  const open = isRecord(more) ? shapeAt(more, root, depth + 1) : more === false ? null : ({ kind: "data" } as const);
  if (!isRecord(schema["properties"])) return isRecord(more) && open ? { kind: "map", of: open } : { kind: "data" };
  const title = typeof schema["title"] === "string" ? schema["title"] : "";
  return { kind: "object", title, fields: fieldsOf(schema, root, depth), open };
}

function unionShape(parts: unknown[], root: Schema, depth: number): Shape {
  const of: Variant[] = parts.filter(isRecord).map((part) => {
    const shape = shapeAt(part, root, depth + 1);
    return { label: typeName(shape), shape, type: null };
  });
  return of.length === 1 && of[0] ? of[0].shape : { kind: "union", of };
}

const NAMED: Record<string, Shape["kind"]> = {
  integer: "integer",
  number: "float",
  string: "string",
  boolean: "boolean",
  null: "none",
};

function shapeAt(given: Schema, root: Schema, depth: number): Shape {
  const schema = resolve(given, root);
  if (!schema || depth > DEPTH) return { kind: "data" };
  for (const key of ["anyOf", "oneOf"]) {
    const parts = schema[key];
    if (Array.isArray(parts) && parts.length > 0) return unionShape(parts, root, depth);
  }
  const values = "const" in schema ? [schema["const"]] : schema["enum"];
  if (Array.isArray(values) && values.length > 0 && values.every((value) => typeof value === "string"))
    return { kind: "enum", values };
  const type = schema["type"];
  if (Array.isArray(type))
    return unionShape(
      type.map((each) => ({ ...schema, type: each })),
      root,
      depth,
    );
  if (type === "array")
    return isRecord(schema["items"])
      ? { kind: "list", of: shapeAt(schema["items"], root, depth + 1) }
      : { kind: "data" };
  if (type === "object" || isRecord(schema["properties"])) return objectShape(schema, root, depth);
  // Older flytekit says that a whole number is {"type": "number", "format": "integer"}.
  if (type === "number" && schema["format"] === "integer") return { kind: "integer" };
  const kind = NAMED[String(type)];
  return kind ? ({ kind } as Shape) : { kind: "data" };
}

/** The shape that a STRUCT's metadata describes; data of any form when there is no schema. */
export function schemaShape(metadata: unknown): Shape {
  if (!isRecord(metadata)) return { kind: "data" };
  const shape = shapeAt(metadata, metadata, 0);
  return shape.kind === "object" || shape.kind === "map" ? shape : { kind: "data" };
}
