import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";
import { licenses, licensesOfWorkers } from "./tools/licenses";

const SERVER = process.env["SANDBOX"] ?? "http://localhost:30080";

/** What the sheet begins with that orders the layers: that of tokens.css. */
const ORDER = "@layer reset";

/**
 * The boot script imports the page's main module; both its code and its style sheets are named in the document, so that
 * the browser fetches them at once. The first sheet is the one that orders the layers; it has the id that keeps React
 * Aria from inserting a sheet of its own.
 */
function preloads(): Plugin {
  return {
    name: "preloads",
    apply: "build",
    transformIndexHtml: {
      order: "post",
      handler(_html, { bundle }) {
        const main = Object.values(bundle ?? {}).find((file) => file.type === "chunk" && file.name === "main");
        if (main?.type !== "chunk") throw new Error("the bundle has no chunk named main");
        const ordered = (file: string): boolean =>
          String((bundle?.[file] as { source?: unknown })?.source).startsWith(ORDER);
        const sheetsOf = (file: string): string[] => {
          const chunk = bundle?.[file];
          return chunk?.type === "chunk" ? [...(chunk.viteMetadata?.importedCss ?? [])] : [];
        };
        const named = new Set([main.fileName, ...main.imports].flatMap(sheetsOf));
        const sheets = [...named].sort((a, b) => Number(ordered(b)) - Number(ordered(a)));
        if (!sheets[0] || !ordered(sheets[0])) throw new Error(`no style sheet of the page begins with ${ORDER}`);
        return [
          ...sheets.map((file, index) => ({
            tag: "link",
            attrs: {
              rel: "stylesheet",
              href: `/console/${file}`,
              ...(index === 0 ? { id: "react-aria-pressable-style" } : {}),
            },
            injectTo: "head" as const,
          })),
          ...[main.fileName, ...main.imports].map((file) => ({
            tag: "link",
            attrs: { rel: "modulepreload", href: `/console/${file}` },
            injectTo: "head" as const,
          })),
        ];
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
  test: /\/src\/(ui|base|api|live|text)\/(?!.*\.(en|ko)\.ts$)|lucide-react/,
  minShareCount: 8,
};

/** What several logs have in common is one chunk: small ones of it are 1.6 KB larger. */
const LOGS = { name: "logs", test: /\/src\/feature\/logs\//, minShareCount: 2 };

/** All that the boot script needs: it asks for what the page will show before the page's code is there. */
const PRELOAD = { name: "preload", test: /vite\/preload-helper/, priority: 1 };

export default defineConfig({
  base: "/console/",
  plugins: [react(), preloads(), licenses()],
  build: {
    target: "es2023",
    assetsInlineLimit: 0,
    manifest: true,
    modulePreload: { polyfill: false },
    reportCompressedSize: true,
    rolldownOptions: { output: { codeSplitting: { groups: [PRELOAD, COMMON, LOGS] } } },
  },
  worker: { format: "es", plugins: () => [licensesOfWorkers()] },
  preview: { proxy, headers: { "Content-Security-Policy": POLICY } },
  server: { proxy },
});
