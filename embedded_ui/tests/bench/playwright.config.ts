import { defineConfig } from "@playwright/test";
import pages from "../page/playwright.config";

// Nothing is recorded beside what is measured: it would take part of the processor.
const use = { ...pages.use, trace: "off" as const, screenshot: "off" as const };

export default defineConfig({
  ...pages,
  use,
  testDir: ".",
  testMatch: "*.bench.ts",
  timeout: 600_000,
  reporter: "dot",
});
