import type { Page, Request } from "@playwright/test";
import { facts } from "./support/facts";
import { expect, test } from "./support/test";

const { project, domain, execution, task } = facts.tutorial;
const at = `/console/projects/${project}/domains/${domain}`;
const isStream = (request: Request) => request.url().includes("/sandbox/v1/events?");

/** The requests of a page, and those that have no answer yet. */
function count(page: Page): { all: Request[]; open: Set<Request> } {
  const seen = { all: [] as Request[], open: new Set<Request>() };
  page.on("request", (request) => {
    seen.all.push(request);
    seen.open.add(request);
  });
  page.on("requestfinished", (request) => seen.open.delete(request));
  page.on("requestfailed", (request) => seen.open.delete(request));
  return seen;
}

/** The page has all that it asked for, and its stream is open. */
async function settled(page: Page, seen: ReturnType<typeof count>): Promise<void> {
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await expect.poll(() => [...seen.open].map((each) => (isStream(each) ? "stream" : each.url()))).toEqual(["stream"]);
}

for (const path of [
  "/console/",
  "/console/select-project",
  `${at}/executions`,
  `${at}/workflows`,
  `${at}/tasks`,
  `${at}/launchPlans`,
  `${at}/tasks/${task}`,
  `${at}/executions/${execution}`,
]) {
  test(`nothing is asked for in a minute at ${path}`, async ({ page }) => {
    await page.clock.install();
    const seen = count(page);
    await page.goto(path);
    await settled(page, seen);
    const before = seen.all.length;
    await page.clock.runFor(60_000); // Every timer of the page goes off as often as it would.
    await page.evaluate(() => 0);
    expect(seen.all.slice(before).map((request) => request.url())).toEqual([]);
    expect([...seen.open].filter(isStream)).toHaveLength(1);
  });
}

test("a hidden window lets go of its stream, and takes it up again", async ({ page }) => {
  await page.clock.install();
  const seen = count(page);
  await page.goto("/console/");
  await settled(page, seen);
  const show = (state: string) =>
    page.evaluate((now) => {
      Object.defineProperty(document, "visibilityState", { configurable: true, value: now });
      document.dispatchEvent(new Event("visibilitychange"));
    }, state);
  await show("hidden");
  await page.clock.runFor(40_000);
  await expect.poll(() => seen.open.size).toBe(0);
  const before = seen.all.length;
  await page.clock.runFor(60_000);
  expect(seen.all.slice(before)).toEqual([]);
  await show("visible");
  await expect.poll(() => [...seen.open].filter(isStream).length).toBe(1);
  expect(seen.all.at(-1)?.url()).toContain("since="); // From where it left off.
});
