import { describe, expect, it } from "vitest";
import type { RunLogLine } from "../../src/api/run-log";
import type { RunLog } from "../../src/api/types";
import { findText, mergeLines, RunLogStore } from "../../src/feature/logs/run-store";
import { attemptName, shownNode } from "../../src/pages/execution/tabs/attempts";

const line = (pod: string, n: number, t: number, text = `${pod} ${n}`): RunLogLine => ({
  node: pod,
  attempt: 0,
  item: null,
  array: null,
  pod,
  n,
  t,
  stderr: false,
  match: [],
  text,
});

const run = { project: "p", domain: "d", name: "x" };
const answer = (lines: RunLogLine[], next: string | null = null): RunLog => ({
  seq: 1,
  rev: 1,
  lines,
  next,
  total_bytes: 0,
});

describe("the log of a run", () => {
  it("puts late lines to their time, each once, and keeps the order of one pod", () => {
    const have: RunLogLine[] = [];
    const seen = new Set<string>();
    expect(mergeLines(have, seen, [line("a", 0, 10), line("a", 1, 10), line("a", 2, 30)])).toBe(3);
    expect(mergeLines(have, seen, [line("b", 0, 20), line("a", 2, 30), line("a", 3, 30)])).toBe(2);
    expect(have.map(({ pod, n }) => `${pod}${n}`)).toEqual(["a0", "a1", "b0", "a2", "a3"]);
  });
  it("shows the last state of lines that carriage returns overwrite", () => {
    const have: RunLogLine[] = [];
    mergeLines(have, new Set(), [line("a", 0, 1, "10 %\r100 %")]);
    expect(have[0]?.text).toBe("100 %");
  });
  it("is read page by page, then from a little before its end", async () => {
    const asked: string[] = [];
    const pages: Record<string, RunLog> = {
      "": answer([line("a", 0, 5000)], "5000.0.0"),
      "5000.0.0": answer([line("a", 1, 6000)]),
      "4000.0.0": answer([line("b", 0, 5500), line("a", 1, 6000), line("a", 2, 6500)]),
    };
    const store = new RunLogStore(run, { nodes: [], stderrOnly: false }, async (cursor) => {
      asked.push(cursor);
      return pages[cursor] ?? answer([]);
    });
    await store.more();
    expect(store.ready).toBe(true);
    await store.more();
    expect(asked).toEqual(["", "5000.0.0", "4000.0.0"]);
    expect(store.lines.map(({ pod, n }) => `${pod}${n}`)).toEqual(["a0", "b0", "a1", "a2"]);
  });
  it("says what could not be read, and goes on afterwards", async () => {
    let broken = true;
    const store = new RunLogStore(run, { nodes: [], stderrOnly: false }, async () => {
      if (broken) throw new Error("away");
      return answer([line("a", 0, 1)]);
    });
    await store.more();
    expect(store.error?.message).toBe("away");
    broken = false;
    await store.more();
    expect(store.error).toBeNull();
    expect(store.lines).toHaveLength(1);
  });
  it("is searched whatever the case", () => {
    const found = findText([line("a", 0, 1, "Error, error"), line("a", 1, 2, "fine")], "ERROR");
    expect([...found]).toEqual([
      [
        0,
        [
          [0, 5],
          [7, 12],
        ],
      ],
    ]);
    expect(findText([line("a", 0, 1)], "").size).toBe(0);
    expect([...findText([line("a", 0, 1, "Error, error")], "error", true)]).toEqual([[0, [[7, 12]]]]);
    expect([...findText([line("a", 0, 1, "\u001b[31mwarning\u001b[0m 7")], "ing 7")]).toEqual([[0, [[4, 9]]]]);
  });
  it("names items, and attempts when there are several", () => {
    const names = new Map([["n0", "train"]]);
    expect(attemptName(names, { node: "n0", attempt: 1 }, true)).toBe("train #2");
    expect(attemptName(names, { node: "n0-0-n7", item: 7, array: "n0", attempt: 0 }, false)).toBe("train[7]");
    expect(shownNode({ node: "n0-0-n7", array: "n0" })).toBe("n0");
    expect(shownNode({ node: "n0-0-n7", array: null })).toBe("n0-0-n7");
    expect(attemptName(names, { node: "n9", item: null, attempt: 0 }, false)).toBe("n9");
  });
});
