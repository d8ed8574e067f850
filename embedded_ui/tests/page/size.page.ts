import { gzipSync } from "node:zlib";
import { facts } from "./support/facts";
import { expect, test } from "./support/test";

const { project, domain } = facts.tutorial;

test("the first load of the executions list is within its budget, and is not loaded again", async ({ page }) => {
  const sizes = new Map<string, number>();
  // What has arrived whole: a part that comes late may be cut off when the browser goes elsewhere.
  page.on("requestfinished", async (request) => {
    const path = new URL(request.url()).pathname;
    const response = await request.response();
    if (!path.startsWith("/console/") || !response) return;
    const { "content-encoding": coding, "content-length": length } = await response.allHeaders();
    sizes.set(path, coding === "gzip" ? Number(length) : gzipSync(await response.body(), { level: 9 }).length);
  });
  await page.goto(`/console/projects/${project}/domains/${domain}/executions`);
  await expect(page.getByRole("link", { name: facts.tutorial.execution }).first()).toBeVisible();
  const total = [...sizes.values()].reduce((all, size) => all + size, 0) / 1024;
  expect(sizes.size, "files of the page").toBeGreaterThan(3);
  expect(total, "KB").toBeGreaterThan(100);
  expect(total, "KB").toBeLessThanOrEqual(210);

  // Assets are kept for ever: a second visit asks for the document only.
  await page.goto("/console/select-project");
  await page.goto(`/console/projects/${project}/domains/${domain}/executions`);
  await expect(page.getByRole("link", { name: facts.tutorial.execution }).first()).toBeVisible();
  const sent = await page.evaluate(() =>
    performance
      .getEntriesByType("resource")
      .filter((each) => each.name.includes("/console/assets/") && (each as PerformanceResourceTiming).transferSize > 0)
      .map((each) => new URL(each.name).pathname),
  );
  expect(sent.filter((path) => sizes.has(path))).toEqual([]);
});
