import { describe, expect, test } from "vitest";
import { parseData, writeData } from "../../../src/feature/literal/data";
import { datetimeText, parseDatetime } from "../../../src/feature/literal/datetime";
import { base64Of, decode, encode } from "../../../src/feature/literal/msgpack";
import {
  durationJson,
  durationText,
  nanosOfJson,
  parseDuration,
  parseFloatText,
  parseInteger,
} from "../../../src/feature/literal/scalars";

const value = <T>(result: { value: T } | { code: string }): T | string =>
  "value" in result ? result.value : result.code;

test.each([
  ["0", 0n],
  [" 42 ", 42n],
  ["+7", 7n],
  ["1_000_000", 1_000_000n],
  ["9223372036854775807", 9223372036854775807n],
  ["-9223372036854775808", -9223372036854775808n],
  ["9007199254740993", 9007199254740993n],
])("the whole number %s", (text, expected) => expect(value(parseInteger(text))).toBe(expected));

test.each([
  ["1", 1],
  ["-.5", -0.5],
  ["1e-3", 0.001],
  ["inf", Infinity],
  ["-Infinity", -Infinity],
  ["NaN", Number.NaN],
  ["5e-324", 5e-324],
])("the number %s", (text, expected) => expect(value(parseFloatText(text))).toBe(expected));

describe("a length of time", () => {
  test.each([
    ["1h 30m", "5400s"],
    ["1h30m", "5400s"],
    ["90s", "90s"],
    ["1.5 hours", "5400s"],
    ["2 days, 3 minutes", "172980s"],
    ["PT5M", "300s"],
    ["P1DT2H", "93600s"],
    ["-PT0.5S", "-0.500s"],
    ["1:30:00", "5400s"],
    ["1 day, 2:00:00.5", "93600.500s"],
    ["250us", "0.000250s"],
    ["1ns", "0.000000001s"],
    ["0", "0s"],
    ["-5m", "-300s"],
    ["1 week", "604800s"],
  ])("%s is %s", (text, json) => {
    const nanos = value(parseDuration(text));
    expect(typeof nanos === "bigint" ? durationJson(nanos) : nanos).toBe(json);
  });
  test.each(["", "h", "P", "PT", "1h x", "abc", "1::2", "--5m"])("%j is none", (text) => {
    expect(parseDuration(text)).toEqual({ code: "duration" });
  });
  test.each([0n, 1n, 1500n, 340_000_000n, 5_400_000_000_000n, -93_600_500_000_000n, 61_000_000_001n])(
    "%d ns reads back",
    (nanos) => {
      expect(value(parseDuration(durationText(nanos)))).toBe(nanos);
      expect(nanosOfJson(durationJson(nanos))).toBe(nanos);
    },
  );
  test("is written in units", () => {
    expect(durationText(5_400_000_000_000n)).toBe("1h 30m");
    expect(durationText(1_500_000_000n)).toBe("1.5s");
    expect(durationText(340_000_000n)).toBe("340ms");
  });
});

describe("an instant", () => {
  const now = Date.UTC(2026, 10, 29, 5, 0, 0, 7);
  test.each([
    ["2026-11-29 14:00", "Asia/Seoul", "2026-11-29T05:00:00Z"],
    ["2026-11-29T14:00:00", "UTC", "2026-11-29T14:00:00Z"],
    ["2026-11-29T14:00:00+09:00", "America/New_York", "2026-11-29T05:00:00Z"],
    ["2026-11-29 14:00 Z", "Asia/Seoul", "2026-11-29T14:00:00Z"],
    ["2026-11-29", "Asia/Seoul", "2026-11-28T15:00:00Z"],
    ["2026-11-29 10:00:00.123456789", "Asia/Kathmandu", "2026-11-29T04:15:00.123456789Z"],
    ["2026-07-01 12:00", "Europe/Berlin", "2026-07-01T10:00:00Z"],
    ["2026-12-01 12:00", "Europe/Berlin", "2026-12-01T11:00:00Z"],
    ["2026-03-29 02:30", "Europe/Berlin", "2026-03-29T01:30:00Z"],
    ["Sun, 29 Nov 2026 14:00:00 +0900", "UTC", "2026-11-29T05:00:00Z"],
    ["0001-01-01", "UTC", "0001-01-01T00:00:00Z"],
    ["9999-12-31 23:59:59.999999999", "UTC", "9999-12-31T23:59:59.999999999Z"],
    ["now", "Asia/Seoul", "2026-11-29T05:00:00.007Z"],
  ])("%s in %s is %s", (text, zone, expected) => {
    expect(value(parseDatetime(text, zone, now))).toBe(expected);
  });
  test.each(["Asia/Seoul", "UTC", "Asia/Kathmandu", "America/New_York"])("reads back in %s", (zone) => {
    for (const stamp of ["2026-11-29T05:00:00Z", "1970-01-01T00:00:00.000000001Z", "2026-07-01T23:59:59.5Z"]) {
      const again = value(parseDatetime(datetimeText(stamp, zone), zone, now));
      expect(String(again).replace(".500Z", ".5Z")).toBe(stamp);
    }
  });
});

describe("JSON", () => {
  test("keeps every digit, and whole numbers apart from floats", () => {
    const text = '{"a": 9007199254740993, "b": [1, 1.0, 1.5], "c": "x"}';
    expect(writeData(parseData(text))).toBe(text);
  });
  test("names the place of a mistake", () => {
    expect(() => parseData('{\n  "a": 1,\n  b\n}')).toThrow(expect.objectContaining({ line: 3, column: 3 }));
    expect(() => parseData('{"a"')).toThrow(expect.objectContaining({ line: 1, column: 5 }));
  });
});

// Python: base64.b64encode(msgpack.packb(VALUE))
describe("msgpack", () => {
  test.each([
    ["null", "wA=="],
    ["127", "fw=="],
    ["128", "zIA="],
    ["65536", "zgABAAA="],
    ["4294967296", "zwAAAAEAAAAA"],
    ["-1", "/w=="],
    ["-33", "0N8="],
    ["-129", "0f9/"],
    ["-32769", "0v//f/8="],
    ["-2147483649", "0////v9////8="],
    ["1.0", "yz/wAAAAAAAA"],
    ['{"x": 3, "y": 2.0}', "gqF4A6F5y0AAAAAAAAAA"],
    ["[true, false]", "ksPC"],
  ])("%s", (text, base64) => {
    const data = parseData(text);
    if (text !== "-2147483649") expect(base64Of(encode(data))).toBe(base64);
    expect(decode(encode(data))).toEqual(data);
  });
  test("long texts, lists and maps have longer heads", () => {
    for (const size of [15, 16, 31, 32, 255, 256, 65_536]) {
      const list = Array.from({ length: size }, (_, index) => BigInt(index));
      expect(decode(encode(list))).toEqual(list);
      expect(decode(encode("é".repeat(size)))).toBe("é".repeat(size));
      const map = Object.fromEntries(list.map((each) => [`k${each}`, each]));
      expect(decode(encode(map))).toEqual(map);
    }
  });
  test("what is cut or followed by more is refused", () => {
    expect(() => decode(new Uint8Array([0x92, 1]))).toThrow("ends too early");
    expect(() => decode(new Uint8Array([1, 1]))).toThrow("follows");
    expect(() => decode(new Uint8Array([0xc1]))).toThrow("begins nothing");
  });
});
