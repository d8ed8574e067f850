import { facts } from "./support/facts";
import { expect, test } from "./support/test";

const { project, domain } = facts.tutorial;

// Containers begin slowly while the machine builds: this waits for a task from its launch to its end.
test("the tutorial in the browser, from the list of tasks to its output", async ({ page, request }) => {
  test.setTimeout(300_000);
  await page.goto(`/console/projects/${project}/domains/${domain}/tasks`);
  await page.getByRole("link", { name: "run_batch", exact: true }).click();
  await page.getByRole("button", { name: "Launch Task" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Launch", exact: true }).click();

  await expect(page).toHaveURL(/\/executions\/[a-z0-9]+$/);
  const name = new URL(page.url()).pathname.split("/").at(-1);
  await expect(page.getByRole("heading", { level: 1, name: "run_batch" })).toBeVisible({ timeout: 60_000 });
  const nodes = page.getByRole("treegrid", { name: "Nodes and their times" });
  await nodes.getByRole("row").last().click();
  await page.getByRole("complementary").getByRole("tab", { name: "Logs" }).click();

  // No reload: the page follows the run to its end.
  const log = page.getByRole("region", { name: "Log" });
  await expect(log.getByText("the batch adds up to 499500")).toBeVisible({ timeout: 240_000 });
  await expect(page.getByText(/^Succeeded in /)).toBeVisible({ timeout: 60_000 });
  await expect.poll(() => page.title()).toContain("run_batch");
  await page.getByRole("complementary").getByRole("button", { name: "Close" }).click();
  await page.getByRole("tab", { name: "Inputs and outputs" }).click();
  await expect(page.getByRole("tabpanel").getByText("499500")).toBeVisible();

  const answer = await request.get(`/api/v1/executions/${project}/${domain}/${name}`);
  expect((await answer.json()).closure.phase).toBe("SUCCEEDED");
});

test("an execution that a client launched is in the list, and its page says how it ended", async ({ page }) => {
  test.setTimeout(300_000);
  const { execution } = facts.tutorial;
  await page.goto(`/console/projects/${project}/domains/${domain}/executions`);
  await page.getByRole("link", { name: execution }).first().click();
  await expect(page).toHaveURL(new RegExp(`/executions/${execution}$`));
  await expect(page.getByRole("gridcell", { name: "Succeeded", exact: true })).toBeVisible({
    timeout: 240_000,
  });
});
