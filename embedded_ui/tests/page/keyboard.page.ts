import { facts } from "./support/facts";
import { tabTo } from "./support/keys";
import { at, ended, gate, launch, phase } from "./support/runs";
import { expect, test } from "./support/test";

// No pointer: what a person does with Tab, arrows, Enter and the letters that `?` lists.
const { project, domain } = facts.tutorial;

test("a task is found, launched and read by keys alone", async ({ page }) => {
  test.setTimeout(300_000);
  await page.goto(`/console/projects/${project}/domains/${domain}/executions`);
  await expect(page.getByRole("heading", { level: 1, name: "Executions" })).toBeVisible();
  await page.keyboard.press("g");
  await page.keyboard.press("t");
  await expect(page.getByRole("heading", { level: 1, name: "Tasks" })).toBeVisible();
  await expect(page.getByRole("link", { name: "run_batch", exact: true })).toBeVisible();
  await tabTo(page, /run_batch/);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("button", { name: "Launch Task" })).toBeVisible();
  await tabTo(page, "Launch Task");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("dialog").getByRole("button", { name: "Launch", exact: true })).toBeEnabled();
  await page.keyboard.press("Control+Enter");
  await expect(page).toHaveURL(/\/executions\/[a-z0-9]+$/);
  const nodes = page.getByRole("treegrid", { name: "Nodes and their times" });
  await expect(nodes).toBeVisible({ timeout: 60_000 });
  await tabTo(page, "Nodes");
  await page.keyboard.press("2");
  await expect(page.getByRole("tab", { selected: true })).not.toHaveText("Nodes");
  await page.keyboard.press("1");
  await expect(page.getByRole("tab", { name: "Nodes", selected: true })).toBeVisible();
  await tabTo(page, /run_batch|n0/);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("complementary")).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("complementary")).toBeHidden();
});

test("a gate is answered by keys alone", async ({ page, request }) => {
  const name = await launch(request, "gates.asked");
  const node = await gate(request, name);
  await page.goto(`${at}/executions/${name}?node=${node}`);
  await expect(page.getByRole("form", { name: "Resume Paused Execution" })).toBeVisible();
  await tabTo(page, /Signal Input/);
  await page.keyboard.type("42");
  await tabTo(page, "Resume");
  await page.keyboard.press("Enter");
  await expect.poll(() => phase(request, name)).toBe("SUCCEEDED");
});

test("keys that work are listed, and can be switched off", async ({ page }) => {
  await page.goto(`/console/projects/${project}/domains/${domain}/tasks`);
  await expect(page.getByRole("heading", { level: 1, name: "Tasks" })).toBeVisible();
  await page.keyboard.press("?");
  await expect(page).toHaveURL(/\/console\/keys$/);
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await page.keyboard.press("Control+k");
  await expect(page.getByRole("dialog")).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toBeHidden();
  await page.goto("/console/settings/preferences");
  const switched = page.getByRole("group", { name: "Single-letter shortcuts" });
  await switched.getByText("Off").click();
  await page.keyboard.press("d");
  await page.keyboard.press("g");
  await page.keyboard.press("t");
  await expect(page.locator("html")).toHaveAttribute("data-density", "comfortable");
  await expect(page).toHaveURL(/\/settings\/preferences$/);
  await switched.getByText("On", { exact: true }).click();
  await page.keyboard.press("d");
  await expect(page.locator("html")).toHaveAttribute("data-density", "compact");
  await page.keyboard.press("g");
  await page.keyboard.press("t");
  await expect(page).toHaveURL(/\/tasks$/);
});

test("letters go from failure to failure, open the panel, and copy ids", async ({ page, context, request }) => {
  test.setTimeout(300_000);
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const copied = () => page.evaluate(() => navigator.clipboard.readText());
  const run = { project: facts.graphs.project, domain: facts.graphs.domain, name: facts.graphs.bad };
  const { story } = await ended(request, run);
  await page.goto(`/console/projects/${run.project}/domains/${run.domain}/executions/${run.name}`);
  const nodes = page.getByRole("treegrid", { name: "Nodes and their times" });
  await expect(nodes).toBeVisible();
  for (const key of ["n", "Shift+N"]) {
    await page.keyboard.press(key);
    await expect(page).toHaveURL(new RegExp(`node=${story.node}`));
    await expect(nodes.getByRole("row", { selected: true })).toBeFocused();
    await expect(page.getByRole("complementary")).toBeVisible();
    await page.keyboard.press("]");
    await expect(page.getByRole("complementary")).toBeHidden();
  }
  await page.keyboard.press("]");
  await expect(page).toHaveURL(new RegExp(`node=${story.node}`));
  await page.keyboard.press("c");
  await expect.poll(copied).toBe(run.name);
  await page.keyboard.press(".");
  await expect(page.getByRole("menu", { name: "More actions" })).toBeVisible();
  await page.goto(`/console/projects/${project}/domains/${domain}/tasks`);
  await tabTo(page, /run_batch/);
  await page.keyboard.press("c");
  await expect.poll(copied).toBe(facts.tutorial.task);
});
