import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { PAGES } from "./support/pages";
import { count, settled } from "./support/requests";
import { expect, test } from "./support/test";

test.describe.configure({ timeout: 120_000 });
test.use({ expected: [/404/] }); // The page of an execution that does not exist.

// Colours are the theme's, and where things are is the width's: two looks see both of each.
const LOOKS = [
  { width: 1280, colorScheme: "light" },
  { width: 360, colorScheme: "dark" },
] as const;

/** What axe finds of its two upper grades, a line each. */
async function findings(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html.slice(0, 200)}: ${node.failureSummary}`));
}

for (const [name, path] of Object.entries(PAGES)) {
  test(`${name}: accessible, and not wider than its window`, async ({ page }) => {
    await page.setViewportSize({ width: 1280, height: 800 });
    await page.emulateMedia({ reducedMotion: "reduce" }); // Colours are looked at when they have arrived.
    const seen = count(page);
    await page.goto(path);
    await settled(page, seen);
    for (const { width, colorScheme } of LOOKS) {
      await page.setViewportSize({ width, height: 800 });
      await page.emulateMedia({ colorScheme });
      await expect(page.locator("html")).toHaveAttribute("data-theme", colorScheme);
      expect.soft(await findings(page), `${name}, ${colorScheme}, ${width} px`).toEqual([]);
    }
    await page.setViewportSize({ width: 320, height: 800 });
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    expect(width, "the page scrolls sideways at 320 px").toBeLessThanOrEqual(320);
  });
}
