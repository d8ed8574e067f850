import { defineConfig } from "@playwright/test";
import pages from "../page/playwright.config";

export default defineConfig(pages, { testDir: ".", testMatch: "*.bench.ts", timeout: 600_000, reporter: "dot" });
