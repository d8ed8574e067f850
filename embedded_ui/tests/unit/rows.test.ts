import { expect, test } from "vitest";
import { withoutNulls } from "../../src/api/rest";
import { withRow } from "../../src/live/rows";

const key = (row: { id: string }) => row.id;

test("a newer row takes the place of the older one, an older row does not", () => {
  const list = [{ id: "a", rev: 2, text: "now" }];
  expect(withRow(list, { id: "a", rev: 3, text: "later" }, key)).toEqual([{ id: "a", rev: 3, text: "later" }]);
  expect(withRow(list, { id: "a", rev: 1, text: "before" }, key)).toEqual(list);
});

test("a row that is not there is put where it belongs", () => {
  const list = [{ id: "a", rev: 1 }];
  const row = { id: "b", rev: 2 };
  expect(withRow(list, row, key, "start").map(key)).toEqual(["b", "a"]);
  expect(withRow(list, row, key).map(key)).toEqual(["a", "b"]);
  expect(withRow(list, row, key, "nowhere").map(key)).toEqual(["a"]);
});

test("nulls of messages that are not set go, those in lists stay", () => {
  expect(withoutNulls({ a: null, b: { c: null, d: 0 }, e: [null, { f: null }] })).toEqual({
    b: { d: 0 },
    e: [null, {}],
  });
});
