// The first rows of a parquet file, read by ranges: its footer, then the pages of the columns that hold them.
import { gunzipSync } from "fflate";
import { decompress } from "fzstd";
import { parquetMetadataAsync, parquetReadObjects } from "hyparquet";
import type { Read } from "./parse";
import { READ_MOST, ROWS, type Shown } from "./shown";

/** Ways of packing that are undone here; snappy is built into the reader. */
const UNPACK = {
  GZIP: (input: Uint8Array) => gunzipSync(input),
  ZSTD: (input: Uint8Array, length: number) => decompress(input, new Uint8Array(length)),
};
const KNOWN = new Set(["UNCOMPRESSED", "SNAPPY", ...Object.keys(UNPACK)]);

type Metadata = Awaited<ReturnType<typeof parquetMetadataAsync>>;
type Element = Metadata["schema"][number];

/** A column's type in the words of its users: int64, string, double, timestamp. */
export function typeOfColumn({
  type,
  logical_type: logical,
  converted_type: converted,
  num_children,
}: Element): string {
  if (num_children) return converted === "LIST" || logical?.type === "LIST" ? "list" : "struct";
  if (logical?.type === "STRING" || converted === "UTF8") return "string";
  if (logical) return logical.type === "INTEGER" ? (converted ?? "INTEGER").toLowerCase() : logical.type.toLowerCase();
  return { BYTE_ARRAY: "bytes", FIXED_LEN_BYTE_ARRAY: "bytes" }[type as string] ?? (type ?? "").toLowerCase();
}

/** The elements right below the root: the columns as people see them. */
function topColumns({ schema }: Metadata): Element[] {
  const out: Element[] = [];
  let at = 1;
  const skip = (): void => {
    const children = schema[at]?.num_children ?? 0;
    at++;
    for (let i = 0; i < children; i++) skip();
  };
  while (at < schema.length) {
    out.push(schema[at] as Element);
    skip();
  }
  return out;
}

/** A cell as text: whole numbers with every digit, what is nested as JSON. */
export function cellText(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return Array.from(value, (byte) => byte.toString(16).padStart(2, "0")).join(" ");
  if (typeof value === "object")
    return JSON.stringify(value, (_, each) => (typeof each === "bigint" ? String(each) : each));
  return String(value);
}

export async function ofParquet(size: number, read: Read): Promise<Shown> {
  let budget = READ_MOST.parquet;
  const slice = async (begin: number, end = size): Promise<ArrayBuffer> => {
    budget -= end - begin;
    if (budget < 0) throw new Error("its first rows take more than 64 MiB");
    const bytes = await read(begin, end);
    return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
  };
  const file = { byteLength: size, slice };
  const metadata = await parquetMetadataAsync(file);
  const codecs = new Set(metadata.row_groups.flatMap(({ columns }) => columns.map((c) => c.meta_data?.codec ?? "")));
  const foreign = [...codecs].find((codec) => codec !== "" && !KNOWN.has(codec));
  if (foreign) return { is: "packed", codec: foreign.toLowerCase() };
  const columns = topColumns(metadata);
  const total = Number(metadata.num_rows);
  const rows = await parquetReadObjects({
    file,
    metadata,
    rowStart: 0,
    rowEnd: Math.min(total, ROWS),
    compressors: UNPACK,
  });
  return {
    is: "table",
    columns: columns.map((column) => ({ name: column.name, type: typeOfColumn(column) })),
    rows: rows.map((row) => columns.map(({ name }) => cellText(row[name]))),
    total,
    packed: [...codecs].map((codec) => codec.toLowerCase()).join(", "),
  };
}
