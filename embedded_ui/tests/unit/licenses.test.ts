import { expect, test } from "vitest";
import { notices, packageFolder, refused } from "../../tools/licenses";

const of = (license: string) => refused([{ name: "p", version: "1.0.0", license, text: "" }]);

test("only licences that ask for no more than their text may be bundled", () => {
  for (const fine of ["MIT", "ISC", "BSD-3-Clause", "Apache-2.0", "0BSD", "Unlicense", "(GPL-2.0 OR MIT)"])
    expect(of(fine)).toEqual([]);
  expect(of("EPL-2.0")).toEqual(["p 1.0.0: EPL-2.0"]);
  expect(of("GPL-3.0-only")).toEqual(["p 1.0.0: GPL-3.0-only"]);
  expect(of("")).toEqual(["p 1.0.0: no licence"]);
  expect(of("MIT AND CC-BY-4.0")).toEqual(["p 1.0.0: MIT AND CC-BY-4.0"]);
});

test("a module's package, scoped or not, and nested", () => {
  expect(packageFolder("/a/node_modules/react/cjs/x.js")).toBe("/a/node_modules/react");
  expect(packageFolder("\0/a/node_modules/@x/y/z.js?commonjs")).toBe("/a/node_modules/@x/y");
  expect(packageFolder("/a/node_modules/b/node_modules/c/d.js")).toBe("/a/node_modules/b/node_modules/c");
  expect(packageFolder("/a/src/main.tsx")).toBeNull();
});

test("packages of the same words share them, and keep their own copyright lines", () => {
  const named = (name: string, text: string) => ({ name, version: "1.0.0", license: "MIT", text });
  const said = notices([
    named("a", "MIT License\n\nCopyright (c) 2020 A\n\nDo as you like."),
    named("b", "MIT License\nCopyright (c) 2021 B\n\nDo as\nyou like."),
    named("c", "Copyright (c) C\n\nDo nothing."),
    named("d", "The MIT License (MIT)\n\nCopyright (c) D\n\nDo as you like."),
  ]);
  expect(said.match(/Do as/g)).toHaveLength(1);
  expect(said).not.toContain("(MIT)");
  for (const line of ["a 1.0.0", "Copyright (c) 2020 A", "b 1.0.0", "Copyright (c) 2021 B", "Do nothing."])
    expect(said).toContain(line);
});

test("a licence keeps its terms, and ends with them", () => {
  const text =
    "1. Terms\n  copyright notice that is included\n\n END OF TERMS AND CONDITIONS\n\n APPENDIX\n Copyright 2019 E";
  const said = notices([{ name: "e", version: "1.0.0", license: "Apache-2.0", text }]);
  expect(said).toContain("1. Terms\n  copyright notice that is included\n\n   END OF TERMS AND CONDITIONS\n");
  expect(said).toContain("Copyright 2019 E");
  expect(said).not.toContain("APPENDIX");
});
