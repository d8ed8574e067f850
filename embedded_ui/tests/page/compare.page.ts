import type { Page } from "@playwright/test";
import { facts } from "./support/facts";
import { ended } from "./support/nodes";
import { expect, test } from "./support/test";

// Containers begin slowly while the machine builds.
test.describe.configure({ timeout: 300_000 });
const { project, domain, version, next, good, bad } = facts.graphs;
const at = `/console/projects/${project}/domains/${domain}`;
const runOf = (name: string) => ({ project, domain, name });

const linesOf = async (page: Page, name: string): Promise<string[][]> => {
  const rows = await page.getByRole("table", { name, exact: true }).locator("tbody tr").all();
  return Promise.all(rows.map((row) => row.locator("th, td").allInnerTexts()));
};

async function both(page: Page): Promise<void> {
  await expect(page.getByRole("table", { name: "Nodes", exact: true })).toBeVisible();
  await expect(page.getByRole("table", { name: "Inputs", exact: true })).toBeVisible();
  await expect(page.getByRole("table", { name: /^What changed/ })).toBeVisible();
}

test("a good and a bad run of two versions: exactly what differs, from the menu of the bad one", async ({
  page,
  request,
}) => {
  await ended(request, runOf(good), "SUCCEEDED");
  await ended(request, runOf(bad), "FAILED");
  await page.goto(`${at}/executions/${bad}`);
  await page.getByRole("button", { name: "More actions" }).click();
  await page.getByRole("menuitem", { name: "Compare" }).click();
  await expect(page).toHaveURL(/\/console\/compare\?b=/);
  await both(page); // With the last success before it.
  await expect(page.getByRole("table", { name: "Compare", exact: true })).toContainText(good);
  expect(await linesOf(page, "Inputs")).toEqual([["n", "1", "-1"]]);
  expect(await linesOf(page, `What changed (${version} → ${next})`)).toEqual([
    ["tasks.graphs.measure.requests.mem", "32Mi", "64Mi"],
    ["tasks.graphs.measure.limits.mem", "32Mi", "64Mi"],
  ]);
  const [measure = [], ...others] = await linesOf(page, "Nodes");
  expect(measure.slice(0, 3).map((cell) => cell.replace(/\s+/g, " ").trim())).toEqual([
    "measure",
    "Succeeded",
    "Failed 4 attempts",
  ]);
  expect(measure[5]).toMatch(/^[+−]\d/); // how much longer
  expect(measure[6]).toMatch(/ of 32 MiB$/);
  expect(measure[7]).toMatch(/ of 64 MiB$/);
  expect(others.map(([name]) => name)).toEqual(["publish"]); // which did not begin
  await expect(page.getByText("1 other node: same phase")).toBeVisible();
  expect(await linesOf(page, "Outputs")).toEqual([["o0", "1", "–"]]);
  await expect(page.getByRole("table", { name: "Settings" })).toHaveCount(0);

  await page.getByRole("button", { name: "Everything" }).click();
  await expect(page.getByRole("table", { name: "Settings" })).toBeVisible();
  expect((await linesOf(page, "Nodes")).map(([name]) => name)).toEqual(["load", "measure", "publish"]);
});

test("two rows of the list are compared, and many are archived at once", async ({ page, request }) => {
  await ended(request, runOf(good), "SUCCEEDED");
  await ended(request, runOf(bad), "FAILED");
  const list = `${at}/executions?what=workflow:graphs.compared`;
  const select = async () => {
    for (const name of [bad, good]) await page.getByRole("checkbox", { name: `Select ${name}` }).check();
  };
  await page.goto(list);
  await select();
  const bar = page.getByRole("toolbar", { name: "2 selected" });
  await bar.getByRole("link", { name: "Compare" }).click();
  await both(page);
  const executions = page.getByRole("table", { name: "Compare", exact: true }).getByRole("row").first();
  await expect(executions.getByRole("link")).toHaveText([good, bad]); // the older one at the left

  await page.goto(list);
  await select();
  const sent: unknown[] = [];
  page.on("request", (each) => each.method() === "PUT" && sent.push(each.postDataJSON()));
  await bar.getByRole("button", { name: "Archive" }).click();
  await expect(page.getByText("2 executions archived.")).toBeVisible();
  expect(sent).toEqual(
    expect.arrayContaining([good, bad].map((name) => ({ id: runOf(name), state: "EXECUTION_ARCHIVED" }))),
  );
  await expect(page.getByRole("checkbox", { name: `Select ${bad}` })).toHaveCount(0);
  for (const name of [good, bad])
    await request.put(`/api/v1/executions/${project}/${domain}/${name}`, {
      data: { id: runOf(name), state: "EXECUTION_ACTIVE" },
    });
});

test("the page of a version says what it changed", async ({ page }) => {
  await page.goto(`${at}/workflows/graphs.compared/version/${next}`);
  await page.getByRole("button", { name: `Compare with ${version}` }).click();
  await expect(page.getByRole("table", { name: /^What changed/ }).getByRole("row")).toHaveCount(3);
  await page.goto(`${at}/workflows/graphs.compared/version/${version}`);
  await expect(page.getByRole("tab", { name: "Template" })).toBeVisible();
  await expect(page.getByRole("tab", { name: /What changed/ })).toHaveCount(0);
});
