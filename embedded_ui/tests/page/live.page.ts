import { type APIRequestContext, expect, type Page } from "@playwright/test";
import { facts } from "./support/facts";
import { count, settled } from "./support/requests";
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
