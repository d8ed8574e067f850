import type { Page } from "@playwright/test";
import { facts } from "./support/facts";
import { PAGES } from "./support/pages";
import { count, settled } from "./support/requests";
import { read } from "./support/runs";
import { expect, test } from "./support/test";

const { project, domain, execution } = facts.tutorial;

/** Words that are the same in every language: of the API, of clients, units, and the buttons that the tutorials name. */
const SAME =
  /^(sandbox|flyte|pyflyte|flytectl|docker|python|json|cpu|memory|utc|gib|mib|kib|ctrl|id|api|url|yaml|cron|task|launch|workflow)$/i;
/** Parts that show what users and the API named. */
const NAMES = "[translate=no], time, h1";

/** Words in Latin letters that the page shows outside of names. */
async function latinWords(page: Page): Promise<string[]> {
  const texts = await page.evaluate((names) => {
    const out: string[] = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const parent = node.parentElement;
      if (parent?.checkVisibility() && !parent.closest(names)) out.push(node.textContent ?? "");
    }
    return out;
  }, NAMES);
  const known = new Set([project, domain, execution, ...facts.tutorial.task.split("."), "flytebasics", "pages"]);
  return texts.filter((text) =>
    (text.match(/[A-Za-z][A-Za-z_]{2,}/g) ?? []).some((word) => !SAME.test(word) && !known.has(word)),
  );
}

test.describe("in Korean", () => {
  test.use({ locale: "ko-KR" });
  for (const name of [
    "home",
    "executions",
    "tasks",
    "task",
    "version",
    "launch",
    "execution",
    "execution, values",
    "pods",
  ]) {
    test(`${name}: no English is left`, async ({ page }) => {
      const seen = count(page);
      await page.goto(PAGES[name] ?? "");
      await settled(page, seen);
      await expect(page.locator("html")).toHaveAttribute("lang", "ko");
      expect(await latinWords(page)).toEqual([]);
    });
  }
});

test("another language and zone are taken at once, without a reload", async ({ page }) => {
  await page.goto(PAGES["execution"] ?? "");
  await expect(page.getByRole("tab", { name: "Inputs and outputs" })).toBeVisible();
  await page.evaluate(() => Object.assign(window, { marked: true }));
  await page.getByRole("button", { name: "View", exact: true }).click();
  await page.getByText("한국어").click();
  await expect(page.locator("html")).toHaveAttribute("lang", "ko");
  await expect(page.getByRole("tab", { name: "Inputs and outputs" })).toBeHidden();
  expect(await page.evaluate(() => "marked" in window)).toBe(true);
});

for (const timezoneId of ["Asia/Seoul", "UTC", "Asia/Kolkata"]) {
  test.describe(timezoneId, () => {
    test.use({ timezoneId });
    test("times are those of the API in this zone", async ({ page, request }) => {
      const answer = await read<{ closure: { startedAt: string } }>(
        request,
        `/api/v1/executions/${project}/${domain}/${execution}`,
      );
      const started = Date.parse(answer.closure.startedAt);
      await page.goto(PAGES["execution"] ?? "");
      const iso = new Date(started).toISOString();
      const shown = page.locator(`time[datetime="${iso}"]`).first();
      const clock = new Intl.DateTimeFormat("en-GB", { timeStyle: "medium", timeZone: timezoneId }).format(started);
      await expect(shown).toContainText(clock);
      await expect(shown).toHaveAttribute("title", new RegExp(iso.replace(/[.]/g, "\\.")));
    });
  });
}
