import { defineConfig } from "@playwright/test";
import pages from "../page/playwright.config";

export default defineConfig(pages, { testDir: ".", testMatch: "*.shot.ts", reporter: "line" });
