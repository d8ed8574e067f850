import { defineConfig } from "@playwright/test";

const out = process.env["PAGE_OUT"] ?? "../../../build/page";
const base = process.env["PAGE_BASE"];
if (base === undefined) throw new Error("PAGE_BASE is missing: tests/page/run.py starts a sandbox and these tests");

// One worker: two busy cores serve the browser, the sandbox and its containers. A test waits for what it wants to see,
// at most as long as `timeout` says; none sleeps.
export default defineConfig({
  testDir: ".",
  testMatch: "*.page.ts",
  workers: 1,
  retries: 0,
  forbidOnly: true,
  timeout: 60_000,
  expect: { timeout: 15_000 },
  outputDir: `${out}/results`,
  reporter: [["list"], ["junit", { outputFile: process.env["PAGE_REPORT"] ?? `${out}/report.xml` }]],
  use: {
    baseURL: base,
    viewport: { width: 1280, height: 800 },
    locale: "en-US",
    timezoneId: "UTC",
    trace: { mode: "retain-on-failure", screenshots: false, sources: false },
    screenshot: "only-on-failure",
    launchOptions: {
      executablePath: "/usr/bin/chromium",
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--host-resolver-rules=MAP rebound.test 127.0.0.1", // A stranger's name that leads to this machine.
      ],
    },
  },
});
