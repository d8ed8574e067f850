import { describe, expect, test } from "vitest";
import {
  badgeCount,
  bytes,
  cpu,
  duration,
  errorLine,
  growingDuration,
  percent,
  shortIdentifier,
  timeInDetail,
  timeInList,
  version,
} from "../../src/text/format";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

test.each([
  [0, "0ms"],
  [0.4, "<1ms"],
  [340, "340ms"],
  [999.9, "999ms"],
  [4200, "4.2s"],
  [47_749, "47.7s"],
  [59_999, "59.9s"],
  [72 * SECOND, "1m 12s"],
  [2 * HOUR + 5 * MINUTE + 59 * SECOND, "2h 05m"],
  [3 * DAY + 4 * HOUR, "3d 04h"],
])("a duration of %d ms is %s", (ms, text) => {
  expect(duration(ms)).toBe(text);
});

test("a duration that grows has whole seconds", () => {
  expect(growingDuration(4900)).toBe("4s");
  expect(growingDuration(-20)).toBe("0s");
  expect(growingDuration(61_000)).toBe("1m 01s");
});

test.each([
  [0, "0 B"],
  [812, "812 B"],
  [1434, "1.4 KiB"],
  [1024, "1 KiB"],
  [1023.9 * 1024, "1 MiB"],
  [200 * 1024 ** 2, "200 MiB"],
  [3.2 * 1024 ** 3, "3.2 GiB"],
  [5000 * 1024 ** 4, "5000 TiB"],
])("%d bytes are %s", (n, text) => {
  expect(bytes(n)).toBe(text);
});

test("cpu is written as people ask for it", () => {
  expect([0, 50, 100, 250, 500, 2000, 1500].map(cpu)).toEqual(["0", "50m", "100m", "250m", "0.5", "2", "1.5"]);
});

test("shares and counts", () => {
  expect(percent(83, 100)).toBe("83 %");
  expect(percent(1, 1000)).toBe("<1 %");
  expect(percent(0, 1000)).toBe("0 %");
  expect(percent(1, 0)).toBe("–");
  expect(badgeCount(99_999)).toBe("99,999");
  expect(badgeCount(102_400)).toBe("102k");
});

describe("times", () => {
  const now = Date.UTC(2026, 10, 29, 14, 30, 0); // a Sunday
  const utc = { language: "en", zone: "utc" } as const;
  test.each([
    [Date.UTC(2026, 10, 29, 14, 2, 11), "14:02:11"],
    [Date.UTC(2026, 10, 28, 23, 59, 59), "yesterday 23:59"],
    [Date.UTC(2026, 10, 23, 14, 2), "Mon 14:02"],
    [Date.UTC(2026, 10, 12, 14, 2), "12 Nov 14:02"],
    [Date.UTC(2025, 10, 12, 14, 2), "12 Nov 2025"],
  ])("%d in a list is %s", (ms, text) => {
    expect(timeInList(ms, now, utc)).toBe(text);
  });
  test("in detail", () => {
    expect(timeInDetail(Date.UTC(2026, 10, 29, 14, 2, 11), now, utc)).toBe("today 14:02:11");
    expect(timeInDetail(Date.UTC(2026, 10, 12, 14, 2, 11), now, utc)).toBe("12 Nov 2026 14:02:11");
  });
  test("in Korean", () => {
    expect(timeInList(Date.UTC(2026, 10, 28, 23, 59), now, { language: "ko", zone: "utc" })).toBe("어제 23:59");
  });
});

test.each([
  ["v1", "v1"],
  ["2026.11.29-production-release", "2026.11.29-production-release"],
  ["KzDqCe1nEbjkpgTkBBBfoQ==", "KzDqCe1nEbjkpgTkBBBfoQ=="],
  ["KzDqCe1nEbjkpgTkBBBfoQ==more", "KzDqCe1nEbjk"],
  ["0123456789abcdef0123456789abcdef", "0123456789ab"],
])("version %s is shown as %s", (text, shown) => {
  expect(version(text)).toBe(shown);
});

test("an identifier keeps its last segment whole", () => {
  const short = shortIdentifier("core.flyte_basics.deeply.nested.package.task.run_batch", 30);
  expect(short).toMatch(/^core\.fly.*…run_batch$/);
  expect(short.length).toBeLessThanOrEqual(30);
  expect(shortIdentifier("short", 30)).toBe("short");
  expect(shortIdentifier("a".repeat(60), 21)).toBe(`${"a".repeat(10)}…${"a".repeat(10)}`);
});

test("the line of an error is the one that says what happened", () => {
  const trace =
    'Trace:\n\n    Traceback (most recent call last):\n      File "x.py", line 1\n    ValueError: no use\n\nMessage:\n\n    ValueError: no use to try again';
  expect(errorLine(trace)).toBe("ValueError: no use to try again");
  expect(errorLine('Traceback (most recent call last):\n  File "x.py", line 1\nKeyError: 3\n')).toBe("KeyError: 3");
  const ended = "[p-0] terminated with exit code (247). Reason [OOMKilled]. Message: \n\u001b[36mepoch 9\u001b[0m\n.";
  expect(errorLine(ended)).toBe("[p-0] terminated with exit code (247). Reason [OOMKilled]");
  expect(errorLine("\u001b[31mbad\u001b[0m\n...\n")).toBe("bad");
  expect(errorLine("x".repeat(300))).toHaveLength(160);
});
