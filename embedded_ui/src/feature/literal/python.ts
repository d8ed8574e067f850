// Python that reads a value of an execution.
import type { LiteralJson, LiteralTypeJson, ScalarJson } from "../../api/types";

/** A type for flytekit, and what has to be imported for it. */
export interface PythonType {
  text: string;
  imports: string[];
}

const plain = (text: string, ...imports: string[]): PythonType => ({ text, imports });

function ofPrimitive(value: NonNullable<ScalarJson["primitive"]>): PythonType {
  if (value.integer !== undefined) return plain("int");
  if (value.floatValue !== undefined) return plain("float");
  if (value.boolean !== undefined) return plain("bool");
  if (value.datetime !== undefined) return plain("datetime.datetime", "import datetime");
  if (value.duration !== undefined) return plain("datetime.timedelta", "import datetime");
  return plain("str");
}

function ofScalar(value: ScalarJson): PythonType | null {
  if (value.primitive) return ofPrimitive(value.primitive);
  if (value.noneType !== undefined) return plain("type(None)");
  if (value.blob)
    return value.blob.metadata?.type?.dimensionality === "MULTIPART"
      ? plain("FlyteDirectory", "from flytekit.types.directory import FlyteDirectory")
      : plain("FlyteFile", "from flytekit.types.file import FlyteFile");
  if (value.structuredDataset) return plain("pd.DataFrame", "import pandas as pd");
  if (value.schema) return plain("FlyteSchema", "from flytekit.types.schema import FlyteSchema");
  if (value.union?.value) {
    // Nothing is read as any type that may be nothing.
    const inner = value.union.value.scalar?.noneType === undefined ? pythonType(value.union.value) : plain("int");
    return inner && plain(`typing.Optional[${inner.text}]`, "import typing", ...inner.imports);
  }
  if (value.generic !== undefined || value.binary?.tag === "msgpack") return plain("dict");
  return null;
}

const listOf = (inner: PythonType | null): PythonType | null =>
  inner && plain(`typing.List[${inner.text}]`, "import typing", ...inner.imports);
const mapOf = (inner: PythonType | null): PythonType | null =>
  inner && plain(`typing.Dict[str, ${inner.text}]`, "import typing", ...inner.imports);

const SIMPLE: Partial<Record<string, PythonType>> = {
  INTEGER: plain("int"),
  FLOAT: plain("float"),
  STRING: plain("str"),
  BOOLEAN: plain("bool"),
  DATETIME: plain("datetime.datetime", "import datetime"),
  DURATION: plain("datetime.timedelta", "import datetime"),
  STRUCT: plain("dict"),
};

/** Of a large value, whose literal lies in an object of its own: what flytekit says of its type. */
function ofType(type: LiteralTypeJson | undefined): PythonType | null {
  if (type?.collectionType) return listOf(ofType(type.collectionType));
  if (type?.mapValueType) return mapOf(ofType(type.mapValueType));
  return SIMPLE[type?.simple ?? ""] ?? null;
}

/** The type that flytekit makes this literal of; null when only its literal can be had. */
export function pythonType(literal: LiteralJson): PythonType | null {
  if (literal.scalar) return ofScalar(literal.scalar);
  const inside = (first: LiteralJson | undefined): PythonType | null => (first ? pythonType(first) : plain("int"));
  if (literal.collection) return listOf(inside(literal.collection.literals?.[0]));
  if (literal.map) return mapOf(inside(Object.values(literal.map.literals ?? {})[0]));
  return ofType(literal.offloadedMetadata?.inferredType);
}

const escaped = (letter: string): string => {
  const code = letter.codePointAt(0) ?? 0;
  return code > 0xffff ? `\\U${code.toString(16).padStart(8, "0")}` : `\\u${code.toString(16).padStart(4, "0")}`;
};

/** A text as Python writes it; what cannot be seen or turns the line around is written by its number. */
export const pythonText = (text: string): string =>
  `"${text.replace(/[\\"]/g, "\\$&").replace(/[\p{Cc}\p{Cf}]/gu, escaped)}"`;

/** The lines of Python that make the client. */
export const remoteOf = (project: string, domain: string): string[] => [
  "remote = FlyteRemote(",
  "    Config.auto(),",
  `    default_project=${pythonText(project)},`,
  `    default_domain=${pythonText(domain)},`,
  ")",
];

/** The lines of Python that read a value. `address` is its flyte:// address, whose last part is its name. */
export function pythonOf(address: string, literal: LiteralJson): string {
  const end = address.lastIndexOf("/");
  const [, , , project = "", domain = ""] = address.split("/");
  const type = pythonType(literal);
  const imports = ["from flytekit.configuration import Config", "from flytekit.remote import FlyteRemote"];
  const all = [...new Set([...(type?.imports ?? []), ...imports])];
  const modules = all.filter((line) => line.startsWith("import")).sort();
  const names = all.filter((line) => line.startsWith("from")).sort();
  const name = pythonText(address.slice(end + 1));
  const get = type ? `.get(${name}, ${type.text})` : `.native_values[${name}]`;
  return [
    ...modules,
    ...(modules.length > 0 ? [""] : []),
    ...names,
    "",
    ...remoteOf(project, domain),
    `values = remote.get(${pythonText(address.slice(0, end))})`,
    `value = values${get}`,
    "",
  ].join("\n");
}
