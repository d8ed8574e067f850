// What a preview shows, as plain data that a worker can send.
import type { ValueTree } from "../../ui/Value";

export interface Table {
  is: "table";
  columns: { name: string; type: string }[];
  /** The first rows, as text; null is no value. */
  rows: (string | null)[][];
  /** Rows of the whole; null: only its beginning was read. */
  total: number | null;
  /** How its columns are packed. */
  packed: string;
}

export type Shown =
  | Table
  | { is: "tree"; tree: ValueTree; whole: boolean }
  | { is: "text"; text: string; whole: boolean }
  | { is: "hex"; bytes: Uint8Array }
  /** It cannot be shown: columns are packed in a way that nothing here undoes. */
  | { is: "packed"; codec: string };

export interface Asked {
  uri: string;
  type: string;
  size: number;
}

/** Bytes of it that are read at most, by kind. */
export const READ_MOST = { text: 1 << 20, json: 8 << 20, parquet: 64 << 20, hex: 256 };
/** Rows of a table that are shown. */
export const ROWS = 100;
export const PARSE_MS = 10_000;
