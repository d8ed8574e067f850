import type { Page } from "@playwright/test";
import { facts } from "./support/facts";
import { expect, test } from "./support/test";

const { project, domain, plan } = facts.schedule;
const planPage = `/console/projects/${project}/domains/${domain}/launchPlans/${plan}?tab=schedule`;

const row = (page: Page) => page.getByRole("row").filter({ has: page.getByRole("link", { name: plan }) });
const instants = async (page: Page, within: string): Promise<number[]> =>
  page
    .locator(`${within} time`)
    .evaluateAll((all) => all.map((each) => Date.parse(each.getAttribute("datetime") ?? "")));

test("schedules in words, paused and resumed, one and all", async ({ page }) => {
  await page.goto("/console/schedules");
  await expect(row(page)).toContainText("at 02:00 (Asia/Seoul)");
  await expect(row(page)).toContainText("active");
  await expect(row(page)).toContainText("3 made up");
  await row(page).getByRole("button", { name: "Pause", exact: true }).click();
  await expect(row(page)).toContainText("paused");
  await row(page).getByRole("button", { name: "Resume", exact: true }).click();
  await expect(row(page).getByRole("button", { name: "Pause", exact: true })).toBeVisible();
  await page.getByRole("button", { name: "Pause all" }).click();
  await expect(page.getByText("0 active, 1 paused")).toBeVisible();
  await page.getByRole("button", { name: "Resume all" }).click();
  await expect(row(page)).toContainText("active");
});

test("the next five are the server's, and the last ones are marked", async ({ page, request }) => {
  const list = await (await request.get("/sandbox/v1/schedules")).json();
  const wanted = list.schedules.find((each: { name: string }) => each.name === plan);
  await page.goto(planPage);
  const history = page.getByRole("table", { name: "Last ticks" });
  await expect(history.getByText("made up")).toHaveCount(3);
  for (const tick of wanted.history) await expect(history.getByRole("link", { name: tick.execution })).toBeVisible();
  expect(wanted.next).toHaveLength(5);
  const shown = await instants(page, "dd ul");
  expect(shown).toEqual(wanted.next.map(Date.parse));
});

test("a schedule is run now, and the run has the time of now", async ({ page, request }) => {
  const before = Date.now() - 1000;
  await page.goto(planPage);
  await page.getByRole("button", { name: "Run now" }).click();
  await expect(page).toHaveURL(/\/executions\/a[a-z0-9]{19}$/);
  const name = page.url().split("/").at(-1);
  const data = await (await request.get(`/api/v1/data/executions/${project}/${domain}/${name}`)).json();
  const at = Date.parse(data.fullInputs.literals.at.scalar.primitive.datetime);
  expect(at).toBeGreaterThanOrEqual(before);
  expect(at).toBeLessThanOrEqual(Date.now() + 1000);
});

test("a launch plan's version is activated and deactivated with the original console's words", async ({ page }) => {
  await page.goto(planPage);
  await page.getByRole("button", { name: "Update active launch plan" }).click();
  await page.getByRole("radio", { name: "v2" }).check();
  await page.getByRole("button", { name: "Activate", exact: true }).click();
  await expect(page.getByText("at 03:30")).toBeVisible();
  await page.getByRole("button", { name: "Deactivate" }).click();
  await expect(page.getByText("Determined upon activation")).toBeVisible();
  await page.getByRole("button", { name: "Add active launch plan" }).click();
  await page.getByRole("radio", { name: "v1" }).check();
  await page.getByRole("button", { name: "Activate", exact: true }).click();
  await expect(page.getByText("at 02:00")).toBeVisible();
});
