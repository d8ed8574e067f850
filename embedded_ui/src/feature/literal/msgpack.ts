// MessagePack as Python's msgpack writes it: the smallest form of whole numbers, doubles, strings and bytes apart.
// Whole numbers are bigint on both sides, which no ready-made codec keeps apart from floats.
import type { Data } from "./data";

/** What msgpack holds beyond JSON. */
export class Bytes {
  readonly bytes: Uint8Array;
  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** The length or number of something with a head of 1, 2, 4 or 8 bytes. */
function head(code: number, bytes: number, value: bigint): number[] {
  const out = [code];
  for (let shift = bytes - 1; shift >= 0; shift--) out.push(Number((value >> BigInt(8 * shift)) & 255n));
  return out;
}

function sized(count: number, small: [code: number, below: number], wide: [number, number][]): number[] {
  if (count < small[1]) return [small[0] | count];
  for (const [code, bytes] of wide) if (count < 2 ** (8 * bytes)) return head(code, bytes, BigInt(count));
  throw new RangeError("too long for msgpack");
}

function whole(value: bigint): number[] {
  if (value >= 0n) {
    if (value < 128n) return [Number(value)];
    for (const [code, bytes] of [
      [0xcc, 1],
      [0xcd, 2],
      [0xce, 4],
      [0xcf, 8],
    ] as const)
      if (value < 1n << BigInt(8 * bytes)) return head(code, bytes, value);
  } else {
    if (value >= -32n) return [Number(value) & 255];
    for (const [code, bytes] of [
      [0xd0, 1],
      [0xd1, 2],
      [0xd2, 4],
      [0xd3, 8],
    ] as const)
      if (value >= -(1n << BigInt(8 * bytes - 1))) return head(code, bytes, BigInt.asUintN(8 * bytes, value));
  }
  throw new RangeError("too large for msgpack");
}

function double(value: number): number[] {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  return [0xcb, ...new Uint8Array(view.buffer)];
}

function write(data: Data, out: number[]): void {
  if (data === null) out.push(0xc0);
  else if (typeof data === "boolean") out.push(data ? 0xc3 : 0xc2);
  else if (typeof data === "bigint") out.push(...whole(data));
  else if (typeof data === "number") out.push(...double(data));
  else if (typeof data === "string") {
    const bytes = encoder.encode(data);
    out.push(
      ...sized(
        bytes.length,
        [0xa0, 32],
        [
          [0xd9, 1],
          [0xda, 2],
          [0xdb, 4],
        ],
      ),
    );
    for (const byte of bytes) out.push(byte);
  } else if (Array.isArray(data)) {
    out.push(
      ...sized(
        data.length,
        [0x90, 16],
        [
          [0xdc, 2],
          [0xdd, 4],
        ],
      ),
    );
    for (const each of data) write(each, out);
  } else {
    const entries = Object.entries(data);
    out.push(
      ...sized(
        entries.length,
        [0x80, 16],
        [
          [0xde, 2],
          [0xdf, 4],
        ],
      ),
    );
    for (const [key, each] of entries) {
      write(key, out);
      write(each, out);
    }
  }
}

export function encode(data: Data): Uint8Array {
  const out: number[] = [];
  write(data, out);
  return Uint8Array.from(out);
}

/** Data with what JSON lacks: bytes stay bytes. */
export type Unpacked = null | boolean | bigint | number | string | Bytes | Unpacked[] | { [key: string]: Unpacked };

class Reader {
  private at = 0;
  private readonly bytes: Uint8Array;
  private readonly view: DataView;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get done(): boolean {
    return this.at === this.bytes.length;
  }

  private take(count: number): Uint8Array {
    if (this.at + count > this.bytes.length) throw new RangeError("it ends too early");
    this.at += count;
    return this.bytes.subarray(this.at - count, this.at);
  }

  private unsigned(bytes: number): bigint {
    return this.take(bytes).reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
  }

  private text(length: number): string {
    return decoder.decode(this.take(length));
  }

  private list(length: number): Unpacked[] {
    return Array.from({ length }, () => this.read());
  }

  private map(length: number): Unpacked {
    const out: { [key: string]: Unpacked } = {};
    for (let i = 0; i < length; i++) {
      const key = this.read();
      Object.defineProperty(out, typeof key === "string" ? key : String(key), {
        value: this.read(),
        enumerable: true,
        configurable: true,
        writable: true,
      });
    }
    return out;
  }

  private size = (bytes: number): number => Number(this.unsigned(bytes));

  read(): Unpacked {
    const code = this.take(1)[0] ?? 0;
    if (code < 0x80) return BigInt(code);
    if (code < 0x90) return this.map(code & 15);
    if (code < 0xa0) return this.list(code & 15);
    if (code < 0xc0) return this.text(code & 31);
    if (code >= 0xe0) return BigInt(code - 256);
    return this.long(code);
  }

  private long(code: number): Unpacked {
    if (code === 0xc0) return null;
    if (code === 0xc2 || code === 0xc3) return code === 0xc3;
    if (code >= 0xc4 && code <= 0xc6) return new Bytes(this.take(this.size(2 ** (code - 0xc4))));
    if (code >= 0xc7 && code <= 0xc9) return this.extension(this.size(2 ** (code - 0xc7)));
    if (code === 0xca || code === 0xcb) return this.float(code === 0xca ? 4 : 8);
    if (code >= 0xcc && code <= 0xcf) return this.unsigned(2 ** (code - 0xcc));
    if (code >= 0xd0 && code <= 0xd3) {
      const bytes = 2 ** (code - 0xd0);
      return BigInt.asIntN(8 * bytes, this.unsigned(bytes));
    }
    if (code >= 0xd4 && code <= 0xd8) return this.extension(2 ** (code - 0xd4));
    if (code >= 0xd9 && code <= 0xdb) return this.text(this.size(2 ** (code - 0xd9)));
    if (code === 0xdc || code === 0xdd) return this.list(this.size(code === 0xdc ? 2 : 4));
    if (code === 0xde || code === 0xdf) return this.map(this.size(code === 0xde ? 2 : 4));
    throw new RangeError(`0x${code.toString(16)} begins nothing`);
  }

  private float(bytes: 4 | 8): number {
    const at = this.at;
    this.take(bytes);
    return bytes === 4 ? this.view.getFloat32(at) : this.view.getFloat64(at);
  }

  private extension(length: number): Bytes {
    return new Bytes(this.take(length + 1));
  }
}

/** What the bytes hold; throws RangeError when they are no msgpack or more than one value. */
export function decode(bytes: Uint8Array): Unpacked {
  const reader = new Reader(bytes);
  const value = reader.read();
  if (!reader.done) throw new RangeError("something follows the value");
  return value;
}

export function base64Of(bytes: Uint8Array): string {
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary);
}

/** The bytes of base64 in either alphabet, as JSON of protobuf may have both. */
export const bytesOf = (base64: string): Uint8Array =>
  Uint8Array.from(atob(base64.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));

/** Unpacked data as Data: bytes become base64. */
export function dataOfUnpacked(value: Unpacked): Data {
  if (value instanceof Bytes) return base64Of(value.bytes);
  if (Array.isArray(value)) return value.map(dataOfUnpacked);
  if (value !== null && typeof value === "object")
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, dataOfUnpacked(each)]));
  return value;
}
