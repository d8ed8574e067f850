// Images that are built: while they are, and the page of a build that failed.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { tried } from "./support/cli";
import { facts } from "./support/facts";
import { expect, test } from "./support/test";

// Once in six runs the build that goes on failed for a reason that was not kept: retried until its trace tells.
test.describe.configure({ timeout: 120_000, retries: 2 });
const folders: string[] = [];

/** A folder with a Dockerfile whose steps no cache has. */
function context(lines: string[]): string {
  const folder = mkdtempSync(path.join(tmpdir(), "page-build-"));
  folders.push(folder);
  const dockerfile = ["FROM busybox:latest", `RUN echo ${Date.now()} > /tmp/new`, ...lines];
  writeFileSync(path.join(folder, "Dockerfile"), `${dockerfile.join("\n")}\n`);
  return folder;
}

test.afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
  tried("docker", ["image", "rm", "--force", "sandbox-pages/built:v1"]);
});

test("a build that failed: the step, its log, the lines of the Dockerfile", async ({ page }) => {
  await page.goto("/console/images");
  const builds = page.getByRole("table", { name: "Newest builds" });
  const row = builds.getByRole("row").filter({ hasText: "sandbox-pages/fails:v1" });
  await expect(row).toContainText("Failed");
  await expect(row).toContainText("step 3 of 4");
  await row.getByRole("link").click();

  await expect(page.getByRole("alert")).toContainText("The build failed at step 3 of 4.");
  const steps = page.getByRole("list", { name: "Steps" }).getByRole("listitem");
  await expect(steps).toHaveCount(3);
  const failed = steps.nth(2);
  await expect(failed.getByRole("button", { expanded: true })).toContainText("exit 3");
  const log = failed.getByRole("region", { name: "Log of step 3" });
  await expect(log.getByText("alpha", { exact: true })).toBeVisible();
  await expect(log.getByText("beta", { exact: true })).toBeVisible();
  const file = failed.getByRole("group", { name: "Dockerfile" });
  await expect(file.locator("[data-here]")).toHaveText([/^4RUN echo alpha/, /^5\s*echo beta/, /^6\s*exit 3/]);
  await log.getByRole("searchbox").fill("bet");
  await expect(log.getByText("1 of 1", { exact: true })).toBeVisible();
  await log
    .getByRole("button", { name: /^Line \d+$/ })
    .first()
    .click();
  await expect(page).toHaveURL(/step=3/);

  await steps.nth(1).getByRole("button").first().click();
  await expect(page).toHaveURL(/step=2/);
  await expect(log).toBeHidden();
  await expect(page.getByText("sandbox build", { exact: false }).last()).toContainText("tests/data/failing_image");
  await page.reload();
  await expect(steps.nth(1).getByRole("button", { expanded: true })).toBeVisible();
});

test("a build that runs is seen at once, and its log grows by itself", async ({ page }) => {
  await page.goto("/console/images");
  await expect(page.getByRole("heading", { name: "Builds" })).toBeVisible();
  const folder = context(["RUN i=0; while [ $i -lt 80 ]; do echo tick $i; i=$((i+1)); sleep 0.1; done", "RUN true"]);
  const build = spawn(facts.executable, ["--home", facts.home, "build", folder, "-t", "sandbox-pages/built:v1"]);
  const ended = new Promise<number | null>((resolve) => build.on("exit", resolve));
  const pending = page.getByRole("listitem").filter({ hasText: "sandbox-pages/built:v1" });
  await expect(pending).toContainText("Building");
  await expect(pending).toContainText("step 3 of 4");
  await pending.getByRole("link", { name: "Open log" }).click();
  const log = page.getByRole("region", { name: "Log of step 3" });
  const last = async () =>
    Number(
      (
        await log
          .getByText(/^tick \d+$/)
          .last()
          .textContent()
      )?.split(" ")[1],
    );
  const before = await last();
  const asked: string[] = [];
  page.on("request", (request) => asked.push(request.url()));
  await expect.poll(last).toBeGreaterThan(before);
  await expect(page.getByText("Built", { exact: true })).toBeVisible({ timeout: 30_000 });
  expect(await ended).toBe(0);
  expect(asked.filter((address) => !/\/lines\?|\/events\?/.test(address))).toEqual([]);
  await page.goto("/console/images?show=all");
  await expect(pending).toHaveCount(0);
  await expect(page.getByRole("table", { name: "Images" }).getByText("built:v1")).toBeVisible();
});

test.describe("a build that is not there", () => {
  test.use({ expected: [/404/] });
  test("is told, with the way back", async ({ page }) => {
    await page.goto("/console/builds/0000000000ff");
    await expect(page.getByText(/^There is no build 0000000000ff here\./)).toBeVisible();
    await page.getByRole("main").getByRole("link", { name: "Images" }).click();
    await expect(page).toHaveURL(/\/console\/images$/);
  });
});
