import { expect, test } from "vitest";
import { bareMarks, bareText, pieces, readable } from "../../src/feature/logs/ansi";
import { lastState } from "../../src/feature/logs/store";
import { kubectlAge } from "../../src/feature/runs/pods";
import { traceBlocks } from "../../src/ui/ErrorText";

test("a progress bar shows its last state", () => {
  expect(lastState("10 %\r50 %\r100 %")).toBe("100 %");
  expect(lastState("100 %\r")).toBe("100 %");
  expect(lastState("plain")).toBe("plain");
});

test("colours become names of the palette, other text stays as it is", () => {
  const [red, plain] = pieces("\u001b[1;31mbad\u001b[0m <b>x</b>");
  expect(red).toMatchObject({ text: "bad", color: "red", bold: true });
  expect(plain).toMatchObject({ text: " <b>x</b>", color: null });
  expect(pieces("\u001b[92mgood\u001b[0m")[0]).toMatchObject({ color: "green", bold: true });
  expect(bareText("\u001b[38;2;1;2;3mx\u001b[0my")).toBe("xy");
  expect(pieces("\u001b[38;2;250;250;250mx\u001b[0m")[0]?.rgb).toEqual([250, 250, 250]);
});

test("a colour that cannot be read is darkened or lightened", () => {
  expect(readable([250, 250, 250], false)).not.toBe("rgb(250 250 250)");
  expect(readable([250, 250, 250], true)).toBe("rgb(250 250 250)");
  expect(readable([0, 0, 60], true)).not.toBe("rgb(0 0 60)");
});

test("ages are written as kubectl does", () => {
  expect([45, 119, 312, 600, 5880, 17_820, 97_200, 273_600].map(kubectlAge)).toEqual([
    "45s",
    "119s",
    "5m12s",
    "10m",
    "98m",
    "4h57m",
    "27h",
    "3d4h",
  ]);
});

test("frames of packages are put together, those of the user stand out", () => {
  const trace = [
    "Traceback (most recent call last):",
    '  File "/usr/lib/python3.11/site-packages/flytekit/a.py", line 3, in f',
    "    g()",
    '  File "/usr/lib/python3.11/site-packages/flytekit/b.py", line 4, in g',
    "    h()",
    '  File "/root/mine.py", line 7, in h',
    "    raise ValueError(1)",
    "ValueError: 1",
  ].join("\n");
  expect(traceBlocks(trace).map((block) => (block.kind === "frames" ? [block.of, block.frames] : block.lines))).toEqual(
    [
      ["Traceback (most recent call last):"],
      ["flytekit", 2],
      ['  File "/root/mine.py", line 7, in h', "    raise ValueError(1)", "ValueError: 1"],
    ],
  );
});

test("marks of a coloured line stand where its bare text has them", () => {
  const line = "\u001b[31mwarning\u001b[0m 7";
  expect(bareMarks(line, [[5, 12]])).toEqual([[0, 7]]);
  expect(bareText(line).slice(0, 7)).toBe("warning");
  expect(bareMarks(line, [[0, line.length]])).toEqual([[0, 9]]);
  expect(bareMarks("plain", [[1, 3]])).toEqual([[1, 3]]);
});
