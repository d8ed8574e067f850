import type { APIRequestContext, Locator, Page } from "@playwright/test";
import { facts } from "./support/facts";
import { ended } from "./support/nodes";
import { at, launchMap } from "./support/runs";
import { expect, test } from "./support/test";

// Containers begin slowly while the machine builds.
test.describe.configure({ timeout: 120_000 });
const { project, domain } = facts.graphs;

const table = (page: Page): Locator => page.getByRole("treegrid", { name: "Nodes and their times" });
const panel = (page: Page): Locator => page.getByRole("complementary");
const rowOf = (page: Page, item: number): Locator =>
  table(page)
    .getByRole("row")
    .filter({ hasText: `[${item}]` });

/** Runs a map whose items sleep so many seconds each; one that sleeps none, or less, fails, and ends the others. */
const count = (request: APIRequestContext, ...seconds: number[]): Promise<string> =>
  launchMap(request, "graphs.counted", seconds);

test("items of a map go on before the reader's eyes, and each has its own log, inputs and attempts", async ({
  page,
  request,
}) => {
  const name = await count(request, 1, 12);
  await page.goto(`${at}/executions/${name}`);
  await rowOf(page, 1).click();
  await expect(panel(page).getByRole("heading", { level: 2 })).toHaveText("counts [1]");
  await expect(panel(page)).toContainText("item 12"); // while it runs
  await expect(rowOf(page, 0)).toContainText("Succeeded");
  await expect(rowOf(page, 1)).toContainText("Running");
  await expect(panel(page)).toContainText("Running");
  await expect(rowOf(page, 1)).toContainText("Succeeded");
  await expect(panel(page)).toContainText("Succeeded");
  await rowOf(page, 0).click();
  await panel(page).getByRole("tab", { name: "Logs" }).click();
  await expect(panel(page)).toContainText("item 1");
  await expect(panel(page)).not.toContainText("item 12");
  await panel(page).getByRole("tab", { name: "Inputs" }).click();
  await expect(panel(page).getByRole("tabpanel")).toHaveText(/^x\W*1$/);
  await panel(page).getByRole("tab", { name: "Attempts" }).click();
  await expect(panel(page)).toContainText(`${name}-n0-0-n0-0`.slice(-20));
});

test("the sentence of a map that failed leads to the item, and to its log", async ({ page, request }) => {
  const name = await count(request, 0);
  await ended(request, { project, domain, name }, "FAILED");
  await page.goto(`${at}/executions/${name}`);
  await expect(rowOf(page, 0)).toContainText("Failed"); // the map is open on the way to it
  await page.getByRole("link", { name: "counts[0]" }).click();
  await expect(page).toHaveURL(/[?&]node=n0&item=0/);
  await expect(panel(page).getByRole("heading", { level: 2 })).toHaveText("counts [0]");
  await expect(panel(page)).toContainText("item 0");
  await page.getByRole("tab", { name: "Events" }).click();
  await expect(page.getByRole("link", { name: "counts[0]" }).nth(1)).toHaveAttribute("href", /node=n0&item=0/);
  await page.goto(`${at}/executions/${name}?tab=graph&node=n0`);
  await panel(page)
    .getByRole("list", { name: "Items" })
    .getByRole("button", { name: /^\[0\] Failed/ })
    .click();
  await expect(panel(page)).toContainText("item 0");
  await panel(page).getByRole("button", { name: "All items" }).click();
  await expect(panel(page).getByRole("tab", { name: "Items" })).toHaveAttribute("aria-selected", "true");
  await page.goto(`${at}/executions/${name}?tab=logs`);
  await page.getByRole("button", { name: "Copy as…" }).click();
  await page.getByRole("menuitem", { name: /reproduc/i }).click();
  await expect(page.getByRole("dialog")).toContainText(
    /^Exact reproductionOf counts\[0\].*docker run .*echo item 0; x=0;/,
  );
});

test("a thousand items are narrowed to a phase, and one is found by its number", async ({ page, request }) => {
  await ended(request, { project, domain, name: facts.graphs.items }, "SUCCEEDED");
  await page.goto(`${at}/executions/${facts.graphs.items}?node=n0&panel=items`);
  const items = panel(page).getByRole("list", { name: "Items" }).getByRole("button");
  await panel(page).getByRole("button", { name: "Succeeded 1,000" }).click();
  await expect(page).toHaveURL(/[?&]items=succeeded/);
  const field = panel(page).getByRole("spinbutton", { name: "Go to item" });
  await field.fill("1000"); // one too many
  await field.press("Enter");
  await expect(field).toBeFocused();
  await field.fill("777");
  await field.press("Enter");
  await expect(items.filter({ hasText: "[777]" })).toBeFocused();
  await expect(items.filter({ hasText: "[777]" })).toBeInViewport();
  await page.keyboard.press("ArrowDown");
  await expect(items.filter({ hasText: "[778]" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(panel(page).getByRole("heading", { level: 2 })).toHaveText("item [778]");
});

test("items that failed are shown alone, in the panel and in the table", async ({ page, request }) => {
  const name = await count(request, 1, -1); // It is tried four times: the first has ended by then.
  await ended(request, { project, domain, name }, "FAILED");
  await page.goto(`${at}/executions/${name}?node=n0&panel=items`);
  const items = panel(page).getByRole("list", { name: "Items" }).getByRole("button");
  await expect(items).toHaveCount(2);
  await panel(page).getByRole("button", { name: "Failed 1", exact: true }).click();
  await expect(items).toHaveCount(1);
  await expect(items).toContainText("[1]");
  await expect(rowOf(page, 0)).toBeVisible();
  await page.getByRole("main").getByRole("button", { name: "Failed 1", exact: true }).first().click();
  await expect(rowOf(page, 1)).toBeVisible();
  await expect(rowOf(page, 0)).toHaveCount(0);
});
