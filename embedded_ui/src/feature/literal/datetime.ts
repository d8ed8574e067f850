// An instant as people write it, in a zone that they chose.
import type { Parsed } from "./scalars";

/** The zones that a browser knows, UTC first. */
export function zones(): string[] {
  return ["UTC", ...Intl.supportedValuesOf("timeZone").filter((zone) => zone !== "UTC")];
}

export const localZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;

const formats = new Map<string, Intl.DateTimeFormat>();

function partsFormat(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known) return known;
  const made = new Intl.DateTimeFormat("en-US", {
    timeZone: zone,
    calendar: "gregory",
    numberingSystem: "latn",
    era: "short",
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  });
  formats.set(zone, made);
  return made;
}

/** The clock of a zone at an instant, as if it were UTC, in ms. */
function clockAt(ms: number, zone: string): number {
  const parts = Object.fromEntries(
    partsFormat(zone)
      .formatToParts(ms)
      .map(({ type, value }) => [type, value]),
  );
  const year = Number(parts["year"]) * (parts["era"] === "BC" ? -1 : 1) + (parts["era"] === "BC" ? 1 : 0);
  const date = new Date(0);
  date.setUTCFullYear(year, Number(parts["month"]) - 1, Number(parts["day"]));
  date.setUTCHours(Number(parts["hour"]), Number(parts["minute"]), Number(parts["second"]));
  return date.getTime();
}

/** The instant at which a zone's clock shows `clock`. In a gap it is the instant that the former offset gives. */
function instantOf(clock: number, zone: string): number {
  const whole = Math.floor(clock / 1000) * 1000;
  const before = clockAt(whole - 86_400_000, zone) - (whole - 86_400_000);
  const after = clockAt(whole + 86_400_000, zone) - (whole + 86_400_000);
  for (const offset of [before, after]) if (clockAt(whole - offset, zone) === whole) return clock - offset;
  return clock - before;
}

const WRITTEN =
  /^([+-]?\d{4,6})-(\d{1,2})-(\d{1,2})(?:(?:[T ]|\s+)(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2})?)?$/i;
const MAIL = /^(?:[A-Za-z]{3}, )?\d{1,2} [A-Za-z]{3} \d{4} \d{2}:\d{2}(?::\d{2})?(?: (?:GMT|UT|UTC|Z|[+-]\d{4}))?$/;
const FIRST = dateUtc(1, 1, 1);
const LAST = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

/** Date.UTC that takes years below 100 as they are. */
function dateUtc(year: number, month: number, day: number): number {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  return date.getTime();
}

const pad = (n: number, width: number): string => String(n).padStart(width, "0");

/** An instant as JSON of protobuf writes it; `digits` are those of the fraction of a second. */
function timestamp(ms: number, digits: string): string {
  const text = new Date(Math.floor(ms / 1000) * 1000).toISOString().slice(0, 19);
  const nine = digits.padEnd(9, "0");
  const part = /^0+$/.test(nine)
    ? ""
    : nine.endsWith("000000")
      ? nine.slice(0, 3)
      : nine.endsWith("000")
        ? nine.slice(0, 6)
        : nine;
  return `${text}${part === "" ? "" : `.${part}`}Z`;
}

function written(text: string, zone: string): { ms: number; digits: string } | null {
  const found = WRITTEN.exec(text);
  if (!found) return null;
  const [, year, month, day, hour = "0", minute = "0", second = "0", digits = "", offset] = found;
  const [m, d, h, min, s] = [Number(month), Number(day), Number(hour), Number(minute), Number(second)];
  const date = dateUtc(Number(year), m, d);
  const back = new Date(date);
  if (back.getUTCMonth() !== m - 1 || back.getUTCDate() !== d || h > 23 || min > 59 || s > 59) return null;
  const clock = date + ((h * 60 + min) * 60 + s) * 1000;
  if (offset === undefined) return { ms: instantOf(clock, zone), digits };
  const shift = /^([+-])(\d{2}):?(\d{2})$/.exec(offset);
  const ms = shift ? (Number(shift[2]) * 60 + Number(shift[3])) * 60_000 * (shift[1] === "-" ? -1 : 1) : 0;
  return { ms: clock - ms, digits };
}

/**
 * An instant as its timestamp in UTC. Without an offset in the text it is a time of `zone`; "now" is the moment of
 * reading. Understood are ISO 8601 (also without the time) and the form of mail headers.
 */
export function parseDatetime(text: string, zone: string, now: number): Parsed<string> {
  const plain = text.trim();
  if (plain.toLowerCase() === "now") return { value: timestamp(now, pad(now % 1000, 3)) };
  let instant: { ms: number; digits: string } | null = null;
  try {
    instant = written(plain, zone);
  } catch {
    return { code: "zone" };
  }
  if (!instant && MAIL.test(plain)) {
    const ms = Date.parse(/(?:GMT|UT|UTC|Z|[+-]\d{4})$/.test(plain) ? plain : `${plain} GMT`);
    if (!Number.isNaN(ms)) instant = { ms, digits: "" };
  }
  if (!instant) return { code: "datetime" };
  if (instant.ms < FIRST || instant.ms > LAST) return { code: "datetimeRange" };
  return { value: timestamp(instant.ms, instant.digits) };
}

/** A timestamp as the text of a field in a zone: 2026-11-29 14:00:00. */
export function datetimeText(stamp: string, zone: string): string {
  const ms = Date.parse(`${stamp.slice(0, 19)}Z`);
  if (Number.isNaN(ms)) return stamp;
  const text = new Date(clockAt(ms, zone)).toISOString().slice(0, 19).replace("T", " ");
  return text + (/\.\d+/.exec(stamp)?.[0] ?? "");
}
