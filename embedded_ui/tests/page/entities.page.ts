import type { EntityRow } from "../../src/api/types";
import { facts } from "./support/facts";
import { abort, at, launch, read } from "./support/runs";
import { expect, test } from "./support/test";

// Tasks, workflows and launch plans: their lists, their pages, those of their versions.
const { project, domain, version } = facts.forms;
const of = (kind: string, name: string) => `/api/v1/named_entities/${kind}/${project}/${domain}/${name}`;

test("a workflow is archived in its row, and unarchived on its page, as upstream's console does it", async ({
  page,
  request,
}) => {
  const name = "gates.asked";
  const state = async () => ((await read(request, of("WORKFLOW", name)))["metadata"] as { state: string }).state;
  await page.goto(`${at}/workflows?q=${name}`);
  const rows = page.getByRole("table", { name: "Workflows" });
  const link = rows.getByRole("link", { name: "asked", exact: true });
  await expect(link).toBeVisible();
  await page.getByRole("button", { name: `More actions: ${name}` }).click();
  const sent = page.waitForRequest((each) => each.method() === "PUT");
  await page.getByRole("menuitem", { name: "Archive" }).click();
  expect((await sent).postDataJSON()).toEqual({
    resourceType: "WORKFLOW",
    id: { project, domain, name },
    metadata: { state: "NAMED_ENTITY_ARCHIVED" },
  });
  await expect(link).toBeHidden();
  expect(await state()).toBe("NAMED_ENTITY_ARCHIVED");

  await page.getByRole("button", { name: "Archived" }).click();
  await link.click();
  await expect(page.getByText("Archived", { exact: true })).toBeVisible();
  await page.getByRole("button", { name: "More actions", exact: true }).click();
  await page.getByRole("menuitem", { name: "Unarchive" }).click();
  await expect(page.getByText("Archived", { exact: true })).toBeHidden();
  expect(await state()).toBe("NAMED_ENTITY_ACTIVE");
});

test("a workflow lists the launch plans that run it, their schedules in words", async ({ page, request }) => {
  const { schedule } = facts;
  const place = `/console/projects/${schedule.project}/domains/${schedule.domain}`;
  await page.goto(`${place}/launchPlans?q=${schedule.plan}`);
  const row = page.getByRole("row").filter({ hasText: "(Asia/Seoul)" });
  await expect(row).toContainText(/at 0[23]:[03]0/);
  await expect(row).not.toContainText("* * *");
  await expect(row).toContainText(/active|paused/);

  const where = `kind=launch_plan&project=${schedule.project}&domain=${schedule.domain}`;
  const { entities } = await read<{ entities: EntityRow[] }>(request, `/sandbox/v1/entities?${where}`);
  const workflow = entities.find(({ name }) => name === schedule.plan)?.workflow;
  await page.goto(`${place}/workflows/${workflow}?tab=plans`);
  const plans = page.getByRole("table", { name: "Launch plans" });
  await expect(plans.getByRole("row").filter({ hasText: "(Asia/Seoul)" })).toBeVisible();
  await expect(plans.getByRole("row").filter({ hasText: "gates" })).toHaveCount(0);
});

test("a version has its own runs, live, and not those of another", async ({ page, request }) => {
  const { version: first, next, good, bad } = facts.graphs;
  await page.goto(`${at}/workflows/graphs.compared/version/${next}?tab=executions`);
  const runs = page.getByRole("table", { name: "Last runs" });
  await expect(runs.getByRole("link", { name: bad })).toBeVisible();
  await expect(runs.getByRole("link", { name: good })).toBeHidden();
  await page.goto(`${at}/launchPlans/graphs.compared/version/${first}?tab=executions`);
  await expect(runs.getByRole("link", { name: good })).toBeVisible();
  await expect(runs.getByRole("link", { name: bad })).toBeHidden();
  const fresh = await launch(request, "graphs.compared", { n: 1 });
  await expect(runs.getByRole("link", { name: fresh })).toBeVisible();
  await abort(request, fresh);
});

test("a task says what it gets and who set that, who runs it, and which secret is not set", async ({ page }) => {
  const fact = (name: string) => page.locator("dl > div").filter({ has: page.getByText(name, { exact: true }) });
  await page.goto(`${at}/tasks/machine.read_secret/version/${version}`);
  const absent = fact("Secrets").getByRole("listitem").filter({ hasText: "user-info/absent" });
  await expect(absent).toContainText("not set");
  await expect(absent).toContainText("sandbox secrets set user-info absent");
  await expect(fact("Resources it gets")).toContainText("memory");

  await page.goto(`${at}/tasks/gates.echo?tab=source`);
  await expect(fact("Used by").getByRole("link", { name: "gates.approved" })).toBeVisible();
});
