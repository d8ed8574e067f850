// budget.mjs OUT [--peers]: how large the page is, gzipped as it is embedded, and against its budget. OUT is what
// scripts/build-console wrote. Ends with 1 when something is above. --peers: beside the first loads of other consoles, measured the same way in November 2026.
import { readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";

const [dist, packed] = ["dist", "packed"].map((folder) => path.join(process.argv[2], folder));
const PEERS = {
  "Temporal UI 2.53": [112, 1187],
  "Airflow 3.3.2": [2035, 3156],
  "Prefect 3.9.1": [1560, 1626],
  "Dagster 1.13.28": [2933, 2933],
};
const FIRST_LOAD = 210;
const ALL = 500;
/** Kilobytes that a chunk asks for beside the first load, by the source that it begins with; the first that matches. */
const CHUNKS = [
  [/^src\/feature\/logs\//, 20],
  [/^src\/(feature\/literal|pages\/launch)\//, 60],
  [/^src\/feature\/graph\//, 95],
  [/^src\/feature\/preview\//, 50],
  [/^src\/pages\/execution\/Execution/, 70],
  [/^src\/pages\//, 40],
];

const manifest = JSON.parse(readFileSync(path.join(dist, ".vite/manifest.json"), "utf8"));
const sizes = new Map();
for (const entry of readdirSync(packed, { recursive: true, withFileTypes: true })) {
  const file = path.join(entry.parentPath, entry.name);
  if (entry.isFile()) sizes.set(path.relative(packed, file), statSync(file).size);
}
const kilobytes = (bytes) => bytes / 1024;
const sum = (files) => kilobytes([...files].reduce((all, file) => all + (sizes.get(file) ?? 0), 0));

/** The files that a browser asks for with a module: its code and style sheets, and those that it imports. */
function closure(keys, files = new Set(), seen = new Set()) {
  for (const key of keys) {
    const chunk = manifest[key];
    if (chunk === undefined || seen.has(key)) continue;
    seen.add(key);
    // A worker is a file of its own that its page names.
    const workers = (chunk.assets ?? []).filter((each) => each.endsWith(".js"));
    for (const file of [chunk.file, ...(chunk.css ?? []), ...workers]) files.add(file);
    closure(chunk.imports ?? [], files, seen);
  }
  return files;
}

const sources = Object.keys(manifest);
const main = sources.filter((key) => key === "index.html" || key === "src/main.tsx" || /^src\/text\/en/.test(key));
const list = sources.filter((key) => key === "src/pages/executions/Executions.tsx");
const first = closure([...main, ...list]).add("index.html");

const rows = [
  ["first load: page and executions list", sum(first), FIRST_LOAD],
  ["all that is embedded", sum(sizes.keys()), ALL],
];
for (const key of sources) {
  const [, budget] = CHUNKS.find(([pattern]) => pattern.test(key)) ?? [];
  if (budget !== undefined && manifest[key].isDynamicEntry)
    rows.push([key, sum([...closure([key])].filter((file) => !first.has(file))), budget]);
}
let above = false;
for (const [name, size, budget] of rows) {
  const over = size > budget;
  above ||= over;
  console.log(`${name.padEnd(52)} ${size.toFixed(1).padStart(8)} KB (goal at most ${budget})${over ? "  ABOVE" : ""}`);
}
if (list.length === 0) {
  console.log("the manifest has no page of executions: the first load is not all of it");
  above = true;
}
if (process.argv.includes("--peers")) {
  const ours = rows[0][1];
  for (const [name, [load, all]] of Object.entries(PEERS))
    console.log(
      `${name.padEnd(52)} ${String(load).padStart(8)} KB  (all ${all}), ${(load / ours).toFixed(1)} times ours`,
    );
}
process.exit(above ? 1 : 0);
