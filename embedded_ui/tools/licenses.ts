import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import type { Plugin } from "vite";

const ALLOWED = new Set(["MIT", "ISC", "BSD-2-Clause", "BSD-3-Clause", "Apache-2.0", "0BSD", "Unlicense"]);

export interface Licensed {
  name: string;
  version: string;
  license: string;
  /** The licence's own words, as the package has them; empty when it has none. */
  text: string;
}

/** Packages whose licence is none of those that may be bundled, as "name version: licence". */
export function refused(packages: Licensed[]): string[] {
  return packages
    .filter(
      ({ license }) =>
        !license
          .replaceAll(/[()]/g, "")
          .split(" OR ")
          .some((each) => ALLOWED.has(each)),
    )
    .map(({ name, version, license }) => `${name} ${version}: ${license || "no licence"}`);
}

/** The folder of the package that a module is of; null for a module of ours or of the bundler. */
export function packageFolder(id: string): string | null {
  const match = /^(.*\/node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(id.replace(/^\0/, ""));
  return match?.[1] ?? null;
}

function read(folder: string): Licensed {
  const { name, version, license } = JSON.parse(readFileSync(path.join(folder, "package.json"), "utf8"));
  const file = readdirSync(folder).find((each) => /^licen[cs]e(\.(md|txt))?$/i.test(each));
  const text = file === undefined ? "" : readFileSync(path.join(folder, file), "utf8").trim();
  return { name, version, license: typeof license === "string" ? license : (license?.type ?? ""), text };
}

type Bundle = Record<string, { type: string; moduleIds?: string[] }>;

/** The folders of the packages that a bundle has something of. */
function foldersOf(bundle: Bundle): string[] {
  const ids = Object.values(bundle).flatMap(({ moduleIds = [] }) => moduleIds);
  const folders = ids.map(packageFolder).filter((folder) => folder !== null);
  return folders.filter((folder) => existsSync(path.join(folder, "package.json")));
}

const inWorkers = new Set<string>();

/** Notes what workers have: they are bundled by themselves, before the page is. */
export function licensesOfWorkers(): Plugin {
  return {
    name: "licenses-of-workers",
    generateBundle(_options, bundle) {
      for (const folder of foldersOf(bundle)) inWorkers.add(folder);
    },
  };
}

// Not a line of a licence's own text: "copyright notice that is included in ...".
const isCopyright = (line: string): boolean => /^\s*(portions )?copyright (?!notice|license)\S/i.test(line);
const TITLE = /^(the )?(mit|isc) license( \(mit\))?\s*/i;
// How to apply the licence to one's own work is none of its terms.
const APPENDIX = /\s*END OF TERMS AND CONDITIONS.*$/s;
const words = (text: string): string => text.replaceAll(/\s+/g, " ").trim();

/** What licenses.txt says: packages of the same licence's words share them, each with its own copyright lines. */
export function notices(packages: Licensed[]): string {
  const without = (text: string) =>
    text
      .split("\n")
      .filter((line) => !isCopyright(line))
      .join("\n")
      .replace(APPENDIX, "\n\n   END OF TERMS AND CONDITIONS")
      .trim()
      .replace(TITLE, "");
  const groups = [...Map.groupBy(packages, ({ text }) => words(without(text))).values()];
  const head = ({ name, version, license, text }: Licensed) =>
    [`${name} ${version}`, license, ...text.split("\n").filter(isCopyright)].join("\n  ");
  return groups
    .map((group) => `${group.map(head).join("\n")}\n\n${without(group[0]?.text ?? "")}\n`)
    .join(`\n${"-".repeat(80)}\n\n`);
}

/** Writes licenses.txt: what was bundled, with its licences. Refuses what may not be. */
export function licenses(): Plugin {
  return {
    name: "licenses",
    apply: "build",
    generateBundle(_options, bundle) {
      const folders = new Set([...inWorkers, ...foldersOf(bundle)]);
      const packages = [...folders].map(read).sort((a, b) => a.name.localeCompare(b.name));
      const bad = refused(packages);
      if (bad.length > 0) this.error(`packages that may not be bundled for their licence: ${bad.join(", ")}`);
      this.emitFile({ type: "asset", fileName: "licenses.txt", source: notices(packages) });
    },
  };
}
