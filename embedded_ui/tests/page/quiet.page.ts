import type { Page } from "@playwright/test";
import { facts } from "./support/facts";
import { count, isStream, settled } from "./support/requests";
import { abort, launch } from "./support/runs";
import { expect, test } from "./support/test";

const { project, domain, execution, task } = facts.tutorial;
const at = `/console/projects/${project}/domains/${domain}`;
/** A page, and a word of the topic that its stream has in the end. */
const PAGES: [path: string, topic: string][] = [
  ["/console/", "home"],
  ["/console/select-project", "machine"],
  [`${at}/executions`, "list%3A"],
  [`${at}/workflows`, "entities%3A"],
  [`${at}/tasks`, "entities%3A"],
  [`${at}/launchPlans`, "entities%3A"],
  [`${at}/tasks/${task}`, "entities%3A"],
  [`${at}/executions/${execution}`, "run%3A"],
];
for (const [path, topic] of PAGES) {
  test(`nothing is asked for in a minute at ${path}`, async ({ page }) => {
    await page.clock.install();
    const seen = count(page);
    await page.goto(path);
    await settled(page, seen, topic);
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

test("of seven windows four have a stream, three say so, and all show what changes", async ({ context, request }) => {
  test.setTimeout(120_000);
  const list = `/console/projects/${facts.forms.project}/domains/${facts.forms.domain}/executions`;
  const pages = await Promise.all(Array.from({ length: 7 }, () => context.newPage()));
  const requests = pages.map((page) => count(page));
  await Promise.all(pages.map((page) => page.goto(list)));
  const paused = (page: Page) => page.getByText(/^Live updates are paused/).count();
  const sum = async (of: (page: Page) => Promise<number>) =>
    (await Promise.all(pages.map(of))).reduce((all, each) => all + each, 0);
  await expect.poll(() => sum(paused)).toBe(3);
  expect(requests.filter(({ open }) => [...open].some(isStream))).toHaveLength(4);
  const name = await launch(request, "gates.asked");
  for (const page of pages) await expect(page.getByRole("row").filter({ hasText: name })).toBeVisible();
  await abort(request, name);
});
