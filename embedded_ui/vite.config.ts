import { readFileSync } from "node:fs";
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";
import { classNames } from "./tools/class-names";
import { licenses, licensesOfWorkers } from "./tools/licenses";

const SERVER = process.env["SANDBOX"] ?? "http://localhost:30080";

/** What orders the layers of all style sheets: the first statement of tokens.css. */
const [ORDER] = readFileSync(new URL("src/tokens.css", import.meta.url), "utf8").split("\n", 1) as [string];
if (!ORDER.startsWith("@layer ")) throw new Error("src/tokens.css does not begin with the order of the layers");

/**
 * The one style sheet is named in the document before anything else, and after it, for the boot script, the page's code and
 * what that imports: they are asked for when the first paint has what it needs. The sheet has the id that keeps React Aria
 * from inserting one of its own.
 */
function preloads(): Plugin {
  return {
    name: "preloads",
    apply: "build",
    transformIndexHtml: {
      order: "post",
      handler(html, { bundle }) {
        const files = Object.values(bundle ?? {});
        const main = files.find((file) => file.type === "chunk" && file.name === "main");
        if (main?.type !== "chunk") throw new Error("the bundle has no chunk named main");
        const sheets = files.filter(({ fileName }) => fileName.endsWith(".css"));
        const [sheet] = sheets;
        if (sheet?.type !== "asset" || sheets.length > 1) throw new Error("the bundle has other than one style sheet");
        sheet.source = `${ORDER}${sheet.source}`; // What is shared comes before tokens.css, and would order them otherwise.
        return {
          html: html.replace(/ *<link rel="stylesheet"[^>]*>\n/, ""),
          tags: [
            {
              tag: "link",
              attrs: { rel: "stylesheet", href: `/console/${sheet.fileName}`, id: "react-aria-pressable-style" },
              injectTo: "head-prepend",
            },
            {
              tag: "meta",
              attrs: {
                name: "modules",
                content: [main.fileName, ...main.imports].map((file) => `/console/${file}`).join(" "),
              },
              injectTo: "head",
            },
          ],
        };
      },
    },
  };
}

const forwarded = { target: SERVER, changeOrigin: true, headers: { origin: SERVER } };
const proxy = { "/api": forwarded, "/sandbox": forwarded, "/me": forwarded };

/** What the sandbox sends with the page; `npm run preview` holds the built page to it. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "connect-src 'self'",
  "worker-src 'self'",
  "frame-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'self'",
  "require-trusted-types-for 'script'",
].join("; ");

/**
 * What many pages have in common is one chunk: a hundred small ones are 5 % larger, each compressed by itself. What fewer
 * have is not in the first load. Texts of a language stay apart: only the one in use is loaded.
 */
const COMMON = {
  name: "common",
  test: /\/src\/((ui|base|api|live)\/|text\/(?!machine|.*\.(en|ko)\.ts$))|lucide-react/,
  minShareCount: 8,
};

/** What the shell of the page shares with one or two parts that come later: one chunk with it, not five beside it. */
const SHELL = {
  name: "shell",
  test: /\/src\/(app\/(Banner\.module|Palette\.module|Picker|crumbs)|base\/(last-place|use-keys)|feature\/preferences)/,
};

/** Rows of executions, which most pages show: one chunk, not ten that a page waits for. */
const RUNS = {
  name: "runs",
  test: /\/src\/(feature\/(runs|control)|api\/(executions|entities|machine|runs|logs|builds|pods|objects|object-bytes|commands|uploads)|ui\/(Bars|use-act|PhaseCounts|Progress|ScrollBox|Sentence|CodeBlock)|pages\/executions\/(?!SelectionBar|FilterForm|RowActions|Preview|each-of|relaunch))|useInfiniteQuery/,
};

/** What several logs have in common is one chunk: small ones of it are 1.6 KB larger. */
const LOGS = { name: "logs", test: /\/src\/feature\/logs\//, minShareCount: 2 };

/** What the parts of an execution's page share with each other and with comparisons. */
const EXECUTION = {
  name: "execution",
  test: /\/src\/(pages\/execution\/|api\/run-live|ui\/Sentence)/,
  minShareCount: 2,
};

/** What the pages of tasks, workflows and launch plans share, without what others import: they would get all of it. */
const ENTITY = {
  name: "entity",
  test: /\/src\/pages\/entity\//,
  minShareCount: 2,
  includeDependenciesRecursively: false,
};

/** Icons that not all pages have: a chunk for each would be larger. */
const ICONS = { name: "icons", test: /lucide-react/, minShareCount: 2 };

/** What shows and takes values, as far as three parts share it. */
const VALUES = {
  name: "values",
  test: /\/src\/(feature\/literal|ui\/Value)/,
  minShareCount: 3,
  includeDependenciesRecursively: false,
};

/** What is tiny and several later pages share: each by itself is mostly what surrounds it. */
const TINY = {
  name: "tiny",
  test: new RegExp(
    [
      "/src/ui/(PhaseCounts|ScrollBox|Sentence|use-act)",
      "/src/api/(object-bytes|commands|uploads|pods)",
      "/src/feature/(settings/Origin|schedule/use-actions|builds/(BuildState|builds))",
      "/src/pages/\\w+/\\w+\\.module",
    ].join("|"),
  ),
  minShareCount: 2,
};

export default defineConfig({
  base: "/console/",
  plugins: [react(), preloads(), classNames("src"), licenses()],
  build: {
    target: "es2023",
    assetsInlineLimit: 0,
    manifest: true,
    modulePreload: { polyfill: false },
    reportCompressedSize: true,
    cssCodeSplit: false,
    rolldownOptions: {
      input: { index: "index.html", main: "src/main.tsx" },
      output: { codeSplitting: { groups: [COMMON, SHELL, RUNS, LOGS, EXECUTION, ENTITY, ICONS, VALUES, TINY] } },
    },
  },
  worker: { format: "es", plugins: () => [licensesOfWorkers()] },
  preview: { proxy, headers: { "Content-Security-Policy": POLICY } },
  server: { proxy },
});
