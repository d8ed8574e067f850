import type { APIRequestContext, Locator, Page } from "@playwright/test";
import { facts } from "./support/facts";
import { ended } from "./support/nodes";
import { at, integer, launch } from "./support/runs";
import { expect, test } from "./support/test";

// Containers begin slowly while the machine builds.
test.describe.configure({ timeout: 180_000 });
const { project, domain } = facts.graphs;

const table = (page: Page): Locator => page.getByRole("treegrid", { name: "Nodes and their times" });
const panel = (page: Page): Locator => page.getByRole("complementary");
const rowOf = (page: Page, name: string): Locator => table(page).getByRole("row").filter({ hasText: name });

/** Starts tests/data/nested.py: a task that sleeps `n` seconds, and behind one more launch plan a map over `xs`. */
function nest(request: APIRequestContext, n: number, ...xs: number[]): Promise<string> {
  const collection = { literals: xs.map(integer) };
  return launch(request, "nested.outer", {}, { inputs: { literals: { n: integer(n), xs: { collection } } } });
}

test("what a launch plan's execution runs is in place, has its panels, and goes on before the reader's eyes", async ({
  page,
  request,
}) => {
  const name = await nest(request, 14, 2, 16);
  await page.goto(`${at}/executions/${name}`);
  await rowOf(page, "sleeps").click(); // its launch plan is open while it runs
  await expect(panel(page).getByRole("heading", { level: 2 })).toHaveText("sleeps");
  await expect(panel(page)).toContainText("nested 14");
  await expect(rowOf(page, "sleeps")).toContainText("Running");
  await expect(rowOf(page, "[1]")).toContainText(/Starting|Running/); // two launch plans deep
  await expect(rowOf(page, "[1]")).toHaveAttribute("aria-level", "4");
  await expect(rowOf(page, "[0]")).toContainText("Succeeded");
  await expect(rowOf(page, "sleeps")).toContainText("Succeeded");
  await expect(panel(page)).toContainText("Succeeded");
  await panel(page).getByRole("tab", { name: "Attempts" }).click();
  await expect(panel(page)).toContainText("Attempt 1 of 1");
  await panel(page).getByRole("tab", { name: "Inputs" }).click();
  await expect(panel(page).getByRole("tabpanel")).toHaveText(/^n\W*14$/);
  await rowOf(page, "[1]").click();
  await panel(page).getByRole("tab", { name: "Logs" }).click();
  await expect(panel(page)).toContainText("item 16");
  await ended(request, { project, domain, name }, "SUCCEEDED");
  await expect(rowOf(page, "[1]")).toContainText("Succeeded");
  await page.reload(); // the address has all of it
  await expect(panel(page).getByRole("heading", { level: 2 })).toHaveText("counts [1]");
  await expect(rowOf(page, "[1]")).toHaveAttribute("aria-selected", "true");
  await panel(page).getByRole("button", { name: "All items" }).click();
  await expect(panel(page).getByRole("list", { name: "Items" }).getByRole("button")).toHaveCount(2);
  await panel(page)
    .getByRole("link", { name: /^Execution / })
    .click();
  await expect(page).toHaveURL(/executions\/[\w-]+\?node=n0/);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("counted");
  await expect(panel(page).getByRole("heading", { level: 2 })).toHaveText("counts");
});

test("a failure inside of a launch plan's execution is to be seen at once", async ({ page, request }) => {
  const name = await nest(request, 0, 0);
  await ended(request, { project, domain, name }, "FAILED");
  await page.goto(`${at}/executions/${name}`);
  await expect(rowOf(page, "[0]")).toContainText("Failed");
  await rowOf(page, "[0]").focus();
  await page.keyboard.press("Enter");
  await expect(panel(page)).toContainText("item 0");
  await page.keyboard.press("ArrowLeft"); // to the map
  await expect(rowOf(page, "[0]")).not.toBeFocused();
  await page.keyboard.press("ArrowLeft"); // closes it
  await expect(rowOf(page, "[0]")).toHaveCount(0);
});
