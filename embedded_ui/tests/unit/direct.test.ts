import { expect, test } from "vitest";
import { direct } from "../../src/app/direct";

const here = { project: "p", domain: "d" };
const D = "/console/projects/p/domains/d";

test.each([
  ["aj8sbv9nc7drbn9tqn2z", `${D}/executions/aj8sbv9nc7drbn9tqn2z`],
  ["s3://bucket/a folder/x=1", "/console/objects/bucket/a%20folder/x%3D1"],
  ["s3://", "/console/objects"],
  ["flyte://v1/p/d/run/n0/i", `${D}/executions/run?node=n0&panel=inputs`],
  ["flyte://v1/p/d/run/n0/2/o/o0", `${D}/executions/run?node=n0&attempt=2&panel=outputs`],
  ["flyte://v1/p/d/run/n0/d", `${D}/executions/run?node=n0&panel=deck`],
  ["flyte://v1/p/d/run", `${D}/executions/run`],
])("%s leads to %s", (text, expected) => {
  expect(direct(text, here)).toBe(expected);
});

test.each(["terminate", "schedules", "run_batch", "flyte://v2/p/d/run", "https://x/", ""])(
  "%s leads nowhere",
  (text) => {
    expect(direct(text, here)).toBeNull();
  },
);

test("an id alone needs a place", () => {
  expect(direct("aj8sbv9nc7drbn9tqn2z", null)).toBeNull();
});
