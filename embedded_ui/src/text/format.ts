// How numbers, times and sizes are written: one place, so that the same thing always looks the same.

/** What is written where a value is unknown or absent. */
export const NOTHING = "–";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

export interface FormatOptions {
  language: "en" | "ko";
  zone: "local" | "utc";
}

const cache = new Map<string, Intl.DateTimeFormat>();

function dateFormat(options: FormatOptions, parts: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = JSON.stringify([options, parts]);
  const known = cache.get(key);
  if (known) return known;
  const made = new Intl.DateTimeFormat(options.language === "ko" ? "ko-KR" : "en-GB", {
    ...parts,
    hourCycle: "h23",
    ...(options.zone === "utc" ? { timeZone: "UTC" } : {}),
  });
  cache.set(key, made);
  return made;
}

/** The day of a time as a number that grows by one a day, in the reader's zone. */
function dayNumber(ms: number, zone: FormatOptions["zone"]): number {
  const date = new Date(ms);
  const utc =
    zone === "utc"
      ? Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate())
      : Date.UTC(date.getFullYear(), date.getMonth(), date.getDate());
  return Math.floor(utc / DAY);
}

const clock: Intl.DateTimeFormatOptions = { hour: "2-digit", minute: "2-digit", second: "2-digit" };
const clockShort: Intl.DateTimeFormatOptions = { hour: "2-digit", minute: "2-digit" };

/** A time in a list: 14:02:11 today, yesterday 14:02, Mon 14:02, 12 Nov 14:02, 12 Nov 2025. */
export function timeInList(ms: number, now: number, options: FormatOptions): string {
  const days = dayNumber(now, options.zone) - dayNumber(ms, options.zone);
  if (days === 0) return dateFormat(options, clock).format(ms);
  const hours = dateFormat(options, clockShort).format(ms);
  if (days === 1) return `${yesterday(options.language)} ${hours}`;
  if (days > 1 && days < 7) return `${dateFormat(options, { weekday: "short" }).format(ms)} ${hours}`;
  const sameYear =
    dateFormat(options, { year: "numeric" }).format(ms) === dateFormat(options, { year: "numeric" }).format(now);
  if (sameYear) return `${dateFormat(options, { day: "numeric", month: "short" }).format(ms)} ${hours}`;
  return dateFormat(options, { day: "numeric", month: "short", year: "numeric" }).format(ms);
}

const yesterday = (language: FormatOptions["language"]): string =>
  new Intl.RelativeTimeFormat(language, { numeric: "auto" }).format(-1, "day");

const today = (language: FormatOptions["language"]): string =>
  new Intl.RelativeTimeFormat(language, { numeric: "auto" }).format(0, "day");

/** A time on a page about one thing: today 14:02:11, or 12 Nov 2026 14:02:11. */
export function timeInDetail(ms: number, now: number, options: FormatOptions): string {
  const hours = dateFormat(options, clock).format(ms);
  if (dayNumber(now, options.zone) === dayNumber(ms, options.zone)) return `${today(options.language)} ${hours}`;
  return `${dateFormat(options, { day: "numeric", month: "short", year: "numeric" }).format(ms)} ${hours}`;
}

/** A time with its zone, for tooltips. */
export function timeWithZone(ms: number, options: FormatOptions): string {
  return dateFormat(options, {
    day: "numeric",
    month: "short",
    year: "numeric",
    ...clock,
    fractionalSecondDigits: 3,
    timeZoneName: "short",
  }).format(ms);
}

const two = (n: number): string => String(n).padStart(2, "0");

/** A length of time: <1ms, 340ms, 4.2s, 47.7s, 1m 12s, 2h 05m, 3d 04h. */
export function duration(ms: number): string {
  if (ms < 1) return ms <= 0 ? "0ms" : "<1ms";
  if (ms < SECOND) return `${Math.floor(ms)}ms`;
  if (ms < MINUTE) return `${(Math.floor(ms / 100) / 10).toFixed(1)}s`;
  if (ms < HOUR) return `${Math.floor(ms / MINUTE)}m ${two(Math.floor((ms % MINUTE) / SECOND))}s`;
  if (ms < DAY) return `${Math.floor(ms / HOUR)}h ${two(Math.floor((ms % HOUR) / MINUTE))}m`;
  return `${Math.floor(ms / DAY)}d ${two(Math.floor((ms % DAY) / HOUR))}h`;
}

/** A length of time that still grows: whole seconds below a minute, so that the text does not flicker. */
export function growingDuration(ms: number): string {
  return ms < MINUTE ? `${Math.max(0, Math.floor(ms / SECOND))}s` : duration(ms);
}

const UNITS = ["B", "KiB", "MiB", "GiB", "TiB"];

/** A size: 0 B, 812 B, 1.4 KiB, 200 MiB, 3.2 GiB; three figures at most. */
export function bytes(count: number): string {
  let value = count;
  let unit = 0;
  while (value >= 1023.5 && unit < UNITS.length - 1) {
    value /= 1024;
    unit += 1;
  }
  const text = unit === 0 || value >= 99.95 ? String(Math.round(value)) : value.toFixed(1).replace(/\.0$/, "");
  return `${text} ${UNITS[unit]}`;
}

/** An amount of cpu as people ask for it: 100m, 0.5, 2. */
export function cpu(millis: number): string {
  if (millis === 0) return "0";
  if (millis < 100 || millis % 10 !== 0) return `${millis}m`;
  return millis < 500 ? `${millis}m` : String(millis / 1000);
}

/** A share of a whole: 83 %, <1 %. */
export function percent(part: number, whole: number): string {
  if (whole <= 0) return NOTHING;
  const value = (100 * part) / whole;
  return value > 0 && value < 1 ? "<1 %" : `${Math.round(value)} %`;
}

export const count = (n: number, language: FormatOptions["language"] = "en"): string => n.toLocaleString(language);

/** A count in a badge: over 99,999 in thousands. */
export const badgeCount = (n: number): string => (n > 99_999 ? `${Math.floor(n / 1000)}k` : count(n));

/** A version: its first 12 characters when it is long and nothing that people read, else whole. */
export function version(text: string): string {
  const readable = /[._ -]/.test(text) && !/[=+/]/.test(text);
  return text.length > 24 && !readable ? text.slice(0, 12) : text;
}

/** An identifier with an ellipsis in its middle; the last segment stays whole. */
export function shortIdentifier(text: string, limit = 40): string {
  if (text.length <= limit) return text;
  const parts = text.split(".");
  const last = parts.at(-1) ?? "";
  if (parts.length < 2 || last.length >= limit - 2) {
    const tail = Math.ceil((limit - 1) / 2);
    return `${text.slice(0, limit - 1 - tail)}…${text.slice(-tail)}`;
  }
  const head = text.slice(0, Math.max(1, limit - last.length - 2));
  return `${head.replace(/\.$/, "")}….${last}`.replace("….", "…");
}

const NOISE = /^(Traceback|Trace:|Message:)|^[^\p{L}\p{N}]*$/u;
const ENDED = /^(.*terminated with exit code \(-?\d+\)\. Reason \[[^\]]*\])/m;
// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences begin with one
const ESCAPES = /\u001b\[[0-9;?]*[A-Za-z]/g;

/** The text without escape sequences of terminals. */
export const withoutEscapes = (text: string): string => text.replace(ESCAPES, "");

/** The line of a message under its "Message:" head, as flytekit writes traces. */
function named(lines: string[]): string | undefined {
  const head = lines.findIndex((line) => line.trim() === "Message:");
  return head < 0 ? undefined : lines.slice(head + 1).find((line) => line.trim() !== "");
}

/** The line of an error that says what happened, at most `limit` characters. */
export function errorLine(message: string, limit = 160): string {
  const whole = withoutEscapes(message);
  const lines = whole.split("\n").map((line) => line.trim());
  const ended = ENDED.exec(whole)?.[1];
  const last = lines.findLast((line) => !NOISE.test(line)) ?? lines.find((line) => line !== "") ?? "";
  const text = (ended ?? named(lines) ?? last).trim();
  return text.length > limit ? `${text.slice(0, limit - 1)}…` : text;
}
