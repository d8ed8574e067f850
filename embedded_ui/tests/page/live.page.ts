import { type APIRequestContext, expect, type Page } from "@playwright/test";
import { facts } from "./support/facts";
import { count, settled } from "./support/requests";
import { abort, at, gate, launch as start } from "./support/runs";
import { test } from "./support/test";

const { project, domain, task, version } = facts.tutorial;

async function launch(request: APIRequestContext): Promise<string> {
  const launchPlan = { resourceType: "TASK", project, domain, name: task, version };
  const launched = await request.post("/api/v1/executions", { data: { project, domain, spec: { launchPlan } } });
  return (await launched.json()).id.name;
}

const rowOf = (page: Page, name: string) => page.getByRole("row").filter({ has: page.getByRole("link", { name }) });

test("a run that another client starts and ends is followed without a request", async ({ page, request }) => {
  test.setTimeout(180_000);
  const seen = count(page);
  await page.goto(`/console/projects/${project}/domains/${domain}/executions`);
  await settled(page, seen, "list%3A");
  // What changed while the stream was opened is read once more; a row that comes by the stream says that this is over.
  await expect(rowOf(page, await launch(request))).toBeVisible();
  await settled(page, seen, "list%3A");
  const before = seen.all.length;

  const name = await launch(request);
  await expect(rowOf(page, name)).toBeVisible();
  await request.delete(`/api/v1/executions/${project}/${domain}/${name}`, { data: { cause: "seen enough" } });
  // Its container is stopped first.
  await expect(rowOf(page, name).getByText("Aborted")).toBeVisible({ timeout: 120_000 });
  expect(seen.all.slice(before).map((each) => each.url())).toEqual([]);
});

test("two windows show the same, the title tells the phase, and rows stay where the pointer is", async ({
  context,
  request,
}) => {
  const name = await start(request, "gates.asked");
  await gate(request, name);
  const [list, run] = [await context.newPage(), await context.newPage()];
  await list.goto(`${at}/executions`);
  await run.goto(`${at}/executions/${name}`);
  await expect(rowOf(list, name).getByText("Needs input")).toBeVisible();
  await expect.poll(() => run.title()).toMatch(/^\S asked · /);
  const before = await run.title();
  const said = run.locator("p[role=status]"); // for who does not see it
  await expect(said).toBeEmpty();
  await rowOf(list, name).hover();
  const place = await rowOf(list, name).boundingBox();
  const other = await start(request, "gates.asked");
  const news = list.getByRole("button", { name: /^1 new/ });
  await expect(news).toBeVisible();
  await abort(request, other);
  await abort(request, name);
  await expect(rowOf(list, name).getByText("Aborted")).toBeVisible();
  await expect(run.getByText("Aborted", { exact: true }).first()).toBeVisible();
  await expect.poll(() => run.title()).not.toBe(before);
  await expect(said).toHaveText(/^Aborted\. \d of \d nodes are done\.$/);
  expect(await rowOf(list, name).boundingBox()).toEqual(place);
  await expect(rowOf(list, other)).toBeHidden();
  await news.click();
  await expect(rowOf(list, other).getByText("Aborted")).toBeVisible();
});

const bar = (page: Page, name: string) => page.getByRole("group").getByRole("link", { name: new RegExp(`^${name}`) });

test("bars above the list and beside the names follow what runs elsewhere, without a request", async ({
  context,
  request,
}) => {
  const windows = [];
  for (const [where, topic] of [
    ["executions", "list%3A"],
    ["workflows", "list%3A"],
    ["launchPlans", "list%3A"],
  ] as const) {
    const page = await context.newPage();
    const seen = count(page);
    await page.goto(`${at}/${where}`);
    await settled(page, seen, topic);
    windows.push({ page, seen });
  }
  const first = await start(request, "gates.asked");
  for (const { page, seen } of windows) {
    await expect(bar(page, first)).toHaveCount(1);
    await settled(page, seen, "list%3A");
  }
  const before = windows.map(({ seen }) => seen.all.length);
  const name = await start(request, "gates.asked");
  for (const { page } of windows) await expect(bar(page, name)).toHaveCount(1);
  await abort(request, first);
  await abort(request, name);
  for (const { page } of windows) {
    await expect(bar(page, name)).toHaveAccessibleName(/Aborted/);
    await expect(bar(page, first)).toHaveAccessibleName(/Aborted/);
  }
  expect(windows.map(({ seen }) => seen.all.length)).toEqual(before);
});

test("a row that fits the filters no longer goes, but not from under the pointer", async ({ page, request }) => {
  const [one, other] = [await start(request, "gates.asked"), await start(request, "gates.asked")];
  await page.goto(`${at}/executions?status=running`);
  await expect(rowOf(page, one)).toBeVisible();
  await abort(request, one);
  await expect(rowOf(page, one)).toBeHidden();
  await rowOf(page, other).hover();
  await abort(request, other);
  await expect(rowOf(page, other).getByText("Aborted")).toBeVisible();
  await page.getByRole("heading", { level: 1 }).hover();
  await expect(rowOf(page, other)).toBeHidden();
});

test("Home follows schedules, and many changes are few requests", async ({ page, request }) => {
  const seen = count(page);
  await page.goto("/console/");
  await settled(page, seen, "home");
  const { plan, ...place } = facts.schedule;
  const tick = page.getByRole("main").getByRole("link", { name: plan });
  await expect(tick).toBeVisible();
  const schedules = [{ project: place.project, domain: place.domain, name: plan }];
  await request.post("/sandbox/v1/schedules:pause", { data: { schedules } });
  await expect(tick).toBeHidden();
  await request.post("/sandbox/v1/schedules:resume", { data: { schedules } });
  await expect(tick).toBeVisible();
  await settled(page, seen, "home");
  const before = seen.all.length;
  const started = Date.now();
  const names: string[] = [];
  for (let each = 0; each < 20; each += 1) names.push(await start(request, "gates.asked"));
  for (const name of names) await abort(request, name);
  await expect(page.getByRole("main").getByRole("link", { name: names.at(-1) as string })).toBeVisible();
  const seconds = (Date.now() - started) / 1000;
  expect(seen.all.length - before).toBeLessThanOrEqual(seconds + 2);
});
