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
