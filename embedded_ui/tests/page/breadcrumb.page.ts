// The breadcrumb: what is beside each part, and the copy of the last.
import type { Page } from "@playwright/test";
import { facts } from "./support/facts";
import { read } from "./support/runs";
import { expect, test } from "./support/test";

const { project, domain, task, version, execution } = facts.tutorial;
const at = `/console/projects/${project}/domains/${domain}`;
const crumbs = (page: Page) => page.getByRole("navigation", { name: "Breadcrumb" });

/** Opens what is beside a part; the names that are there. */
async function open(page: Page, part: string) {
  await crumbs(page)
    .getByRole("button", { name: `Others beside ${part}`, exact: true })
    .click();
  const items = page.getByRole("dialog").getByRole("menuitem");
  await expect(items.first()).toBeVisible();
  return items;
}

test("beside an execution are those of its domain, the newest first, and typing finds others", async ({ page }) => {
  await page.goto(`${at}/executions/${execution}`);
  const items = await open(page, execution);
  const { executions } = await read<{ executions: { id: string }[] }>(
    page.request,
    `/sandbox/v1/executions?project=${project}&domain=${domain}&limit=50`,
  );
  await expect(items).toHaveCount(executions.length);
  for (const [index, { id }] of executions.entries()) await expect(items.nth(index)).toContainText(id);
  const wanted = executions.at(-1)?.id ?? "";
  await page.keyboard.type(wanted);
  await expect(items).toHaveCount(1);
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(`${facts.base}${at}/executions/${wanted}`);
  await expect(page.getByRole("dialog")).toBeHidden();
});

test("beside a version are versions, beside a name names, beside a kind kinds", async ({ page }) => {
  await page.goto(`${at}/tasks/${task}/version/${version}`);
  await expect(await open(page, version)).toContainText([version]);
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toBeHidden();

  const names = await open(page, task);
  const { entities } = await read<{ entities: { name: string }[] }>(
    page.request,
    `/sandbox/v1/entities?project=${project}&domain=${domain}&kind=task`,
  );
  await expect(names).toHaveCount(Math.min(50, entities.length));
  await page.keyboard.type("no-task-has-this-name");
  await expect(page.getByText("Nothing fits.")).toBeVisible();
  await page.keyboard.press("Escape"); // What was typed goes first.
  await page.keyboard.press("Escape");

  const kinds = await open(page, "Tasks");
  await expect(kinds).toHaveText(["Executions", "Workflows", "Tasks", "Launch plans"]);
  await kinds.filter({ hasText: "Workflows" }).click();
  await expect(page).toHaveURL(`${facts.base}${at}/workflows`);
});

test("another project and another domain keep the kind of page", async ({ page }) => {
  await page.goto(`${at}/tasks/${task}`);
  const domains = await open(page, domain);
  await domains.filter({ hasText: "production" }).click();
  await expect(page).toHaveURL(`${facts.base}/console/projects/${project}/domains/production/tasks`);
  const projects = await open(page, project);
  await expect(projects.filter({ hasText: project })).toBeVisible();
});

test("a pod's page leads to other namespaces and other pages of the machine", async ({ page }) => {
  const { namespace, name } = facts.pod;
  await page.goto(`/console/pods/${namespace}/${name}`);
  await (await open(page, namespace)).filter({ hasText: namespace }).click();
  await expect(page).toHaveURL(`${facts.base}/console/pods?namespace=${namespace}`);
  await page.goto(`/console/pods/${namespace}/${name}`);
  await (await open(page, "Pods")).filter({ hasText: "Secrets" }).click();
  await expect(page).toHaveURL(`${facts.base}/console/secrets`);
});

test("the last part is copied by a button that the keys reach", async ({ page, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.goto(`${at}/executions/${execution}`);
  const copy = crumbs(page).getByRole("button", { name: "Copy", exact: true });
  await copy.focus();
  await expect(copy.locator("..")).toHaveCSS("opacity", "1");
  await page.keyboard.press("Enter");
  await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toBe(execution);
});
