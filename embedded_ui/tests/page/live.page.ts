import { facts } from "./support/facts";
import { count, settled } from "./support/requests";
import { expect, test } from "./support/test";

const { project, domain, task, version } = facts.tutorial;

test("a run that another client starts and ends is followed without a request", async ({ page, request }) => {
  test.setTimeout(180_000);
  const seen = count(page);
  await page.goto(`/console/projects/${project}/domains/${domain}/executions`);
  await settled(page, seen, "list%3A");
  const before = seen.all.length;

  const launchPlan = { resourceType: "TASK", project, domain, name: task, version };
  const launched = await request.post("/api/v1/executions", { data: { project, domain, spec: { launchPlan } } });
  const { name } = (await launched.json()).id;
  const row = page.getByRole("row").filter({ has: page.getByRole("link", { name }) });
  await expect(row).toBeVisible();
  await request.delete(`/api/v1/executions/${project}/${domain}/${name}`, { data: { cause: "seen enough" } });
  await expect(row.getByText("Aborted")).toBeVisible({ timeout: 120_000 }); // Its container is stopped first.
  expect(seen.all.slice(before).map((each) => each.url())).toEqual([]);
});
