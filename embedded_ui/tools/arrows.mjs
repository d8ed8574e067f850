// Holds the shape of the source: who may import whom, how long a file may be, and that types only come from generated/.
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

const root = path.join(path.dirname(import.meta.dirname), "src");
const ALLOWED = {
  base: [],
  text: ["base"],
  ui: ["base", "text"],
  api: ["base"],
  live: ["base", "api"],
  feature: ["base", "text", "ui", "api", "live"],
  pages: ["base", "text", "ui", "api", "live", "feature"],
  app: ["base", "text", "ui", "api", "live", "feature", "pages"],
};
const LIMIT = 300;
const LIMIT_OF_TEXTS = 400; // A catalogue is read by its keys.
const problems = [];

function folderOf(file) {
  const [first, second] = path.relative(root, file).split(path.sep);
  return { layer: first, part: second };
}

function checkImports(file, text) {
  const from = folderOf(file);
  if (!(from.layer in ALLOWED)) return; // src/main.tsx, src/boot.ts
  for (const [line, target] of text.matchAll(/(?:import|export)[^"]*?(?:from\s*|\()?"(\.[^"]+)"/g)) {
    const resolved = path.resolve(path.dirname(file), target);
    if (resolved.includes(`${path.sep}generated${path.sep}`)) {
      if (!line.startsWith("import type") && !line.startsWith("export type"))
        problems.push(`${file}: only types come from generated/`);
      continue;
    }
    const to = folderOf(resolved);
    const same = to.layer === from.layer;
    if (from.layer === "feature" && same && to.part !== from.part)
      problems.push(`${file}: one feature may not import another (${target})`);
    if (!same && !target.endsWith(".css") && !ALLOWED[from.layer].includes(to.layer))
      problems.push(`${file}: ${from.layer} may not import ${to.layer} (${target})`);
  }
}

for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
  if (!entry.isFile() || !/\.(tsx?|css)$/.test(entry.name)) continue;
  const file = path.join(entry.parentPath, entry.name);
  const text = readFileSync(file, "utf8");
  const lines = text.split("\n").length - 1;
  const limit = folderOf(file).layer === "text" ? LIMIT_OF_TEXTS : LIMIT;
  if (lines > limit) problems.push(`${file}: ${lines} lines, at most ${limit}`);
  if (/\.tsx?$/.test(entry.name)) checkImports(file, text);
  if (/\bfetch\(/.test(text) && !["api"].includes(folderOf(file).layer) && entry.name !== "boot.ts")
    problems.push(`${file}: only api may fetch`);
}
for (const problem of problems) console.error(path.relative(process.cwd(), problem));
process.exit(problems.length === 0 ? 0 : 1);
