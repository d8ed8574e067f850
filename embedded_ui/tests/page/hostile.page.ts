// Names, labels, errors and logs that are no text of ours: nothing in them runs, and they are shown as they are.

import type { Page } from "@playwright/test";
import { ended, launch } from "./support/drive";
import { expect, test } from "./support/test";

const MARKUP = `<script>document.title="owned"</script> <img src=x onerror=alert(1)>`;
const LINK = "javascript:document.title='owned'";

test.describe.configure({ timeout: 120_000 });

async function unharmed(page: Page): Promise<void> {
  await expect.poll(() => page.title()).not.toContain("owned");
  await expect(page.locator("img[src=x], a[href^='javascript:']")).toHaveCount(0);
  const width = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect(width, "the page scrolls sideways").toBe(0);
}

test("markup in annotations, in what a task prints and in why it was ended is text", async ({ page, request }) => {
  page.on("dialog", () => expect(page.url(), "a dialog was opened").toBe(""));
  const values = { link: LINK, long: "w".repeat(10_000), markup: MARKUP };
  const run = await launch(request, "usage.strangely", { annotations: { values } });
  await ended(request, run);
  await page.goto(`${run.page}?tab=spec`);
  await expect(page.getByText(MARKUP).first()).toBeVisible();
  await expect(page.getByText(LINK).first()).toBeVisible();
  await unharmed(page);

  await page.goto(`${run.page}?node=n0&panel=logs`);
  const log = page.getByRole("region", { name: "Log", exact: true });
  await expect(log.getByText(MARKUP, { exact: true })).toBeVisible();
  await expect(log.getByText("red", { exact: true })).toBeVisible();
  await expect(log.getByText(/^w{1000,}/)).toBeVisible();
  await unharmed(page);
  await page.getByRole("complementary").getByRole("tab", { name: "Attempts" }).click();
  await unharmed(page);

  const waiting = await launch(request, "gates.asked");
  const place = new URL(page.url()).pathname.replace(/^.*\/projects\/(.*)\/domains\/(.*)\/executions\/.*$/, "$1/$2");
  const cause = `${MARKUP} ${LINK}`;
  expect((await request.delete(`/api/v1/executions/${place}/${waiting.name}`, { data: { cause } })).ok()).toBe(true);
  await page.goto(waiting.page);
  await expect(page.getByText(cause).first()).toBeVisible();
  await unharmed(page);
  await page.goto(waiting.page.replace(/\/[^/]+$/, ""));
  await expect(page.getByText(cause).first()).toBeVisible();
  await unharmed(page);
});
