// Numbers, times and lengths as people write them. Each reader answers with the value or with the code of a problem.

export type Parsed<T> = { value: T } | { code: ScalarCode };
export type ScalarCode =
  | "wholeNumber"
  | "wholeRange"
  | "number"
  | "numberRange"
  | "datetime"
  | "datetimeRange"
  | "zone"
  | "duration"
  | "durationUnit"
  | "durationRange"
  | "boolean";

const INT64_MAX = 2n ** 63n - 1n;
const INT64_MIN = -(2n ** 63n);

export function parseInteger(text: string): Parsed<bigint> {
  const plain = text.trim().replace(/(?<=\d)_(?=\d)/g, "");
  if (!/^[+-]?\d+$/.test(plain)) return { code: "wholeNumber" };
  const value = BigInt(plain.replace(/^\+/, ""));
  return value > INT64_MAX || value < INT64_MIN ? { code: "wholeRange" } : { value };
}

const WORDS: Record<string, number> = { inf: Infinity, infinity: Infinity, nan: Number.NaN };

export function parseFloatText(text: string): Parsed<number> {
  const plain = text.trim().replace(/(?<=\d)_(?=\d)/g, "");
  const word = WORDS[plain.toLowerCase().replace(/^[+-]/, "")];
  if (word !== undefined) return { value: plain.startsWith("-") ? -word : word };
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(plain)) return { code: "number" };
  const value = Number(plain);
  return Number.isFinite(value) ? { value } : { code: "numberRange" };
}

/** How a float is written so that it reads back the same and as a float. */
export function floatText(value: number): string {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf";
  return Object.is(value, -0) ? "-0" : String(value);
}

export function parseBoolean(text: string): Parsed<boolean> {
  const plain = text.trim().toLowerCase();
  if (["true", "t", "1", "yes"].includes(plain)) return { value: true };
  return ["false", "f", "0", "no"].includes(plain) ? { value: false } : { code: "boolean" };
}

const MILLI = 1_000_000n;
const SECOND = 1000n * MILLI;
const MINUTE = 60n * SECOND;
const HOUR = 60n * MINUTE;
const DAY = 24n * HOUR;
const NANOS: Record<string, bigint> = {
  w: 7n * DAY,
  d: DAY,
  h: HOUR,
  m: MINUTE,
  s: SECOND,
  ms: MILLI,
  us: 1000n,
  ns: 1n,
};
const UNITS: Record<string, string> = {
  week: "w",
  day: "d",
  hour: "h",
  hr: "h",
  min: "m",
  minute: "m",
  sec: "s",
  second: "s",
  millisecond: "ms",
  microsecond: "us",
  nanosecond: "ns",
  µs: "us",
  μs: "us",
};
/** The largest length that a protobuf Duration holds, in nanoseconds. */
const DURATION_MAX = 315_576_000_000n * SECOND;

/** A decimal number times a whole number of nanoseconds, exactly; what is below a nanosecond is cut. */
function times(decimal: string, nanos: bigint): bigint {
  const [whole = "", fraction = ""] = decimal.replace(",", ".").split(".");
  return BigInt(whole || "0") * nanos + (BigInt(fraction || "0") * nanos) / 10n ** BigInt(fraction.length);
}

function isoDuration(text: string): bigint | null {
  const found = /^P(?=.)(?:([\d.,]+)W)?(?:([\d.,]+)D)?(?:T(?=.)(?:([\d.,]+)H)?(?:([\d.,]+)M)?(?:([\d.,]+)S)?)?$/i.exec(
    text,
  );
  if (!found) return null;
  return ["w", "d", "h", "m", "s"].reduce((sum, unit, index) => {
    const part = found[index + 1];
    return part === undefined ? sum : sum + times(part, NANOS[unit] ?? 0n);
  }, 0n);
}

/** 1:30:00 and Python's "1 day, 2:00:00". */
function clockDuration(text: string): bigint | null {
  const found = /^(?:(\d+) days?, )?(\d+):([0-5]\d)(?::([0-5]\d(?:\.\d+)?))?$/.exec(text);
  if (!found) return null;
  const [, days = "0", hours = "0", minutes = "0", seconds = "0"] = found;
  return times(days, DAY) + times(hours, HOUR) + times(minutes, MINUTE) + times(seconds, SECOND);
}

function unitDuration(text: string): bigint | null {
  const part = /^(\d+(?:[.,]\d+)?|[.,]\d+)\s*([a-zµμ]+)[\s,]*/i;
  let rest = text;
  let sum = 0n;
  while (rest !== "") {
    const found = part.exec(rest);
    if (!found) return null;
    const word = (found[2] ?? "").toLowerCase();
    const nanos = NANOS[word] ?? NANOS[UNITS[word] ?? ""] ?? NANOS[UNITS[word.replace(/s$/, "")] ?? ""];
    if (nanos === undefined) return null;
    sum += times(found[1] ?? "0", nanos);
    rest = rest.slice(found[0].length);
  }
  return sum;
}

/** A length of time in nanoseconds: 1h 30m, 90s, 1.5 hours, PT5M, 1:30:00. */
export function parseDuration(text: string): Parsed<bigint> {
  const plain = text.trim();
  if (/^[+-]?[\d.,]+$/.test(plain) && !/^[+-]?0+$/.test(plain)) return { code: "durationUnit" };
  const negative = plain.startsWith("-");
  const bare = plain.replace(/^[+-]\s*/, "");
  const nanos = /^0+$/.test(bare)
    ? 0n
    : (isoDuration(bare) ?? clockDuration(bare) ?? (bare === "" ? null : unitDuration(bare)));
  if (nanos === null) return { code: "duration" };
  return nanos > DURATION_MAX ? { code: "durationRange" } : { value: negative ? -nanos : nanos };
}

const fraction = (nanos: bigint): string => {
  if (nanos === 0n) return "";
  const digits = String(nanos).padStart(9, "0");
  return `.${digits.endsWith("000000") ? digits.slice(0, 3) : digits.endsWith("000") ? digits.slice(0, 6) : digits}`;
};

/** A Duration as JSON of protobuf writes it: 5400s, 1.500s. */
export function durationJson(nanos: bigint): string {
  const size = nanos < 0n ? -nanos : nanos;
  return `${nanos < 0n ? "-" : ""}${size / SECOND}${fraction(size % SECOND)}s`;
}

export function nanosOfJson(json: string): bigint {
  const found = /^(-?)(\d+)(?:\.(\d{1,9}))?s$/.exec(json);
  if (!found) return 0n;
  const nanos = BigInt(found[2] ?? "0") * SECOND + BigInt((found[3] ?? "0").padEnd(9, "0"));
  return found[1] === "-" ? -nanos : nanos;
}

/** A length of time in units that read back exactly: 1h 30m, 1d 2h, 340ms, 1.5s. */
export function durationText(nanos: bigint): string {
  let rest = nanos < 0n ? -nanos : nanos;
  if (rest === 0n) return "0s";
  const parts: string[] = [];
  for (const [unit, size] of [
    ["d", DAY],
    ["h", HOUR],
    ["m", MINUTE],
  ] as const) {
    if (rest >= size) parts.push(`${rest / size}${unit}`);
    rest %= size;
  }
  if (rest >= SECOND) {
    const part =
      rest % SECOND === 0n
        ? ""
        : `.${String(rest % SECOND)
            .padStart(9, "0")
            .replace(/0+$/, "")}`;
    parts.push(`${rest / SECOND}${part}s`);
  } else if (rest > 0n) {
    const [unit, size] = rest % MILLI === 0n ? ["ms", MILLI] : rest % 1000n === 0n ? ["us", 1000n] : ["ns", 1n];
    parts.push(`${rest / size}${unit}`);
  }
  return `${nanos < 0n ? "-" : ""}${parts.join(" ")}`;
}
