import { expect, test } from "vitest";
import { cronWords } from "../../src/feature/schedule/words";

test.each([
  ["0 2 * * *", "at 02:00", "02:00"],
  ["*/5 9-17 * * MON-FRI", "every 5 minutes, between 09:00 and 17:59, Monday through Friday", "5분마다"],
  ["@daily", "at 00:00", "00:00"],
  ["TZ=Asia/Seoul 30 8 * * ?", "at 08:30", "08:30"],
])("%s in words", (expression, english, korean) => {
  expect(cronWords(expression, "en")).toBe(english);
  expect(cronWords(expression, "ko")).toContain(korean);
});

test.each(["@every 90s", "five past two", ""])("%s has no words", (expression) => {
  expect(cronWords(expression, "en")).toBeNull();
});
