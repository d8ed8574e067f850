import type { APIRequestContext, Locator, Page } from "@playwright/test";
import type { RunName } from "../../src/base/kinds";
import { facts } from "./support/facts";
import { ended, milliseconds, type NodeExecution, nodeExecutions } from "./support/nodes";
import { launch } from "./support/runs";
import { expect, test } from "./support/test";

// Containers begin slowly while the machine builds.
test.describe.configure({ timeout: 300_000 });
const { project, domain, version, ...runs } = facts.graphs;
const at = `/console/projects/${project}/domains/${domain}`;
const runOf = (name: string): RunName => ({ project, domain, name });
const addressOf = (name: string, query = "") => `${at}/executions/${name}${query}`;

const table = (page: Page): Locator => page.getByRole("treegrid", { name: "Nodes and their times" });
const boxOf = (page: Page, id: string): Locator => page.locator(`[data-box="${id}"]`);

/** Opens every row of the table that has something inside, as deep as there is. */
async function openAll(page: Page): Promise<void> {
  const closed = table(page).getByRole("button", { name: "Open", exact: true });
  await expect(table(page).getByRole("row").nth(1)).toBeVisible();
  while ((await closed.count()) > 0) await closed.first().click();
}

/** A row of the table in words. */
interface Shown {
  name: string;
  phase: string;
  duration: string;
  bar: string;
}

const rowsOf = (page: Page): Promise<Shown[]> =>
  table(page).evaluate((grid) =>
    [...grid.querySelectorAll<HTMLElement>("[role=row]")].slice(1).map((row) => {
      const [name, phase, duration] = [...row.querySelectorAll<HTMLElement>("[role=gridcell]")];
      return {
        name: name?.children[2]?.textContent ?? "", // behind the button that opens it, and the phase
        phase: phase?.textContent ?? "",
        duration: duration?.textContent ?? "",
        bar: row.querySelector("[role=img]")?.getAttribute("aria-label") ?? "",
      };
    }),
  );

/** "1m 02s", "35.7s", "340ms" in milliseconds. */
function shownLength(text: string): number {
  const amounts = { m: 60_000, s: 1000, ms: 1 };
  return [...text.matchAll(/([\d.]+)(ms|m|s)/g)].reduce(
    (sum, [, n, unit]) => sum + Number(n) * amounts[unit as keyof typeof amounts],
    0,
  );
}

const WORDS: Record<string, string> = { SUCCEEDED: "Succeeded", FAILED: "Failed" };

interface Known extends NodeExecution {
  display: string;
}

async function knownNodes(request: APIRequestContext, run: RunName): Promise<Known[]> {
  const { nodes } = await ended(request, run, "SUCCEEDED");
  const names = new Map(nodes.map(({ id, display }) => [id, display]));
  return (await nodeExecutions(request, run)).map((node) => ({ ...node, display: names.get(node.id.nodeId) ?? "" }));
}

test("every node that the API knows has a row, a bar and a box, and they agree", async ({ page, request }) => {
  const run = runOf(runs.kinds);
  const nodes = await knownNodes(request, run);
  const child = nodes.find(({ closure }) => closure.workflowNodeMetadata)?.closure.workflowNodeMetadata?.executionId;
  expect(child, "a launch plan's node names its execution").toBeTruthy();
  const inChild = await knownNodes(request, child as RunName);

  await page.goto(addressOf(run.name));
  await openAll(page);
  await expect.poll(async () => (await rowsOf(page)).length).toBe(nodes.length + inChild.length + 3); // not taken, and a stack
  const rows = await rowsOf(page);
  for (const { display, closure } of [...nodes, ...inChild]) {
    const length = closure.startedAt === null ? null : milliseconds(closure.duration ?? "0s");
    const like = rows.findIndex(
      (row) =>
        row.name === display &&
        row.phase === WORDS[closure.phase] &&
        row.bar.endsWith(row.phase) &&
        (length === null || Math.abs(shownLength(row.duration) - length) <= 1000),
    );
    expect(like, `a row for ${display}, ${closure.phase}, ${length} ms in ${JSON.stringify(rows)}`).toBeGreaterThan(-1);
    rows.splice(like, 1);
  }
  expect(rows.map(({ name, phase }) => [name, phase]).sort()).toEqual([
    ["echo", "Succeeded"],
    ["publish", "Not started"],
    ["publish", "Not started"],
  ]);

  await page.getByRole("tab", { name: "Graph" }).click();
  const graph = page.getByRole("group", { name: "Graph of the nodes" });
  await expect(boxOf(page, "n0")).toBeVisible();
  const stacked = nodes.filter(({ id }) => id.nodeId.startsWith("n4-"));
  expect(stacked).toHaveLength(14);
  await expect(graph.getByRole("button", { name: "echo, 14 nodes alike, succeeded" })).toBeVisible();
  for (const { id, closure, display } of nodes.filter((node) => !stacked.includes(node)))
    await expect(boxOf(page, id.nodeId)).toHaveAccessibleName(
      new RegExp(`^${display}, ${WORDS[closure.phase]?.toLowerCase()}`),
    );
  await expect(boxOf(page, "n2-0-n1-0-n1-n1")).toHaveAccessibleName("publish, not started");
  await expect(graph.getByText("if echo > 10")).toBeVisible();
  await expect(graph.getByText("else", { exact: true })).toBeVisible();
});

test("a workflow that a branch leads back to is drawn as deep as it went", async ({ page, request }) => {
  const run = runOf(runs.sorted);
  const nodes = await knownNodes(request, run);
  expect(nodes.filter(({ display }) => display === "sort")).toHaveLength(2); // one for each half
  await page.goto(addressOf(run.name, "?tab=graph"));
  for (const { id, closure, display } of nodes)
    await expect(boxOf(page, id.nodeId)).toHaveAccessibleName(
      new RegExp(`^${display}, ${WORDS[closure.phase]?.toLowerCase()}`),
    );
  await expect(page.getByRole("group", { name: "Graph of the nodes" }).getByText("if size ≤ 2")).toHaveCount(3);
});

test("what came from the cache says so in row, bar, box and panel, as the API does", async ({ page, request }) => {
  const nodes = await knownNodes(request, runOf(runs.remembered));
  const byId = Object.fromEntries(nodes.map(({ id, closure }) => [id.nodeId, closure.taskNodeMetadata?.cacheStatus]));
  expect(byId).toEqual({ n0: "CACHE_POPULATED", n1: "CACHE_HIT" });
  await page.goto(addressOf(runs.remembered, "?node=n1&panel=spec"));
  await expect(page.getByRole("complementary").getByText("From the cache")).toBeVisible();
  const rows = await rowsOf(page);
  expect(rows.map(({ name, phase }) => [name, phase])).toEqual([
    ["kept", "Succeeded"],
    ["kept", "Cached"],
  ]);
  expect(rows[1]?.bar).toMatch(/Cached$/);
  await page.goto(addressOf(runs.remembered, "?tab=graph"));
  await expect(boxOf(page, "n0")).toHaveAccessibleName("kept, succeeded");
  await expect(boxOf(page, "n1")).toHaveAccessibleName("kept, cached, after kept");
});

test("a hit names the execution that made it, and a miss says what it lacked", async ({ page, request }) => {
  const panel = page.getByRole("complementary");
  await ended(request, runOf(runs.remembered), "SUCCEEDED");
  await page.goto(addressOf(runs.remembered, "?node=n1&panel=attempts"));
  await expect(panel).toContainText(`Its outputs were made by ${runs.remembered}.`);
  await page.goto(addressOf(runs.remembered, "?node=n0&panel=attempts"));
  await expect(panel).toContainText("Not from the cache: nothing of this task was there yet.");
  const other = await launch(request, "graphs.remembered", { n: 6 });
  await page.goto(addressOf(other, "?node=n0&panel=attempts"));
  await expect(panel).toContainText(`other inputs. ${runs.remembered} made the newest of it.`);
  await panel.getByRole("link", { name: runs.remembered }).click();
  await expect(page).toHaveURL(new RegExp(`/executions/${runs.remembered}`));
});

test("the graph is walked by keys, opens the panel, and leads to the table", async ({ page, request }) => {
  await ended(request, runOf(runs.kinds), "SUCCEEDED");
  await page.goto(addressOf(runs.kinds, "?tab=graph"));
  await boxOf(page, "n1").focus();
  await page.keyboard.press("ArrowRight");
  await expect(boxOf(page, "n2")).toBeFocused();
  await expect(boxOf(page, "n2")).toHaveAccessibleName("inner, succeeded, after load, sleep-gate");
  await page.keyboard.press("ArrowRight");
  await expect(boxOf(page, "n2-0-n0")).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("complementary", { name: "Node echo" })).toBeVisible();
  await expect(page).toHaveURL(/node=n2-0-n0/);

  await page.keyboard.press("ArrowLeft");
  await expect(boxOf(page, "n2")).toBeFocused();
  await page.keyboard.press("Space");
  await expect(boxOf(page, "n2-0-n0")).toHaveCount(0);
  await page.keyboard.press("Space");
  await expect(boxOf(page, "n2-0-n0")).toBeVisible();
  await page.keyboard.press("f");
  await page.getByRole("link", { name: "Show as a table" }).click();
  await expect(table(page).getByRole("row", { selected: true })).toContainText("echo");
});

test("the graph of a version leads to the versions of its tasks", async ({ page }) => {
  await page.goto(`${at}/workflows/graphs.kinds/version/${version}`);
  const graph = page.getByRole("group", { name: "Graph of the nodes" });
  await expect(graph.getByRole("button", { name: "size, after echo" })).toBeVisible();
  await expect(graph.getByText("if echo > 10")).toBeVisible();
  await graph.getByRole("link", { name: "unfolds, after load" }).click();
  await expect(page).toHaveURL(new RegExp(`/tasks/graphs.unfolds/version/${version}$`));
});

/** How long it takes from the address to the first row; the least of three. */
async function timeToRows(page: Page, name: string): Promise<number> {
  const times: number[] = [];
  for (let at = 0; at < 3; at++) {
    const began = Date.now();
    await page.goto(addressOf(name));
    await table(page).getByRole("row").nth(1).waitFor();
    times.push(Date.now() - began);
  }
  return Math.min(...times);
}

test("a thousand siblings, and a thousand items: as quick as ten nodes, one box for all", async ({ page, request }) => {
  const [siblings, items] = [runOf(runs.siblings), runOf(runs.items)];
  await ended(request, siblings, "SUCCEEDED");
  await ended(request, items, "SUCCEEDED");
  const few = await timeToRows(page, runs.kinds);
  for (const { name } of [siblings, items]) {
    const many = await timeToRows(page, name);
    expect(many, `time to the first rows of ${name}; of few nodes: ${few} ms`).toBeLessThanOrEqual(
      Math.max(2 * few, 500),
    );
  }
  await page.goto(addressOf(siblings.name));
  await table(page).getByRole("row").nth(1).getByRole("button").click();
  const alike = table(page).getByRole("row").nth(2);
  await expect(alike).toContainText("1,000 of 1,000");
  await alike.click();
  await expect(table(page)).toHaveAttribute("aria-rowcount", "1003");
  await page.goto(addressOf(siblings.name, "?tab=graph"));
  await expect(page.getByRole("button", { name: "echo, 1,000 nodes alike, succeeded" })).toBeVisible();
  expect(await page.locator("[data-box]").count()).toBeLessThanOrEqual(150);
  await page.goto(addressOf(items.name, "?tab=graph"));
  const stack = boxOf(page, "n0");
  await expect(stack).toHaveAccessibleName(/, 1,000 nodes alike, succeeded$/);
  await expect(stack).toContainText("1,000 of 1,000");
  await stack.click();
  await expect(page.getByRole("complementary")).toBeVisible();
  await page.goto(addressOf(items.name, "?node=n0&item=777"));
  await expect(page.getByRole("complementary").getByRole("heading", { level: 2 })).toContainText("[777]");
});
