import type { Page } from "@playwright/test";
import { facts } from "./support/facts";
import { at, gate, launch, phase } from "./support/runs";
import { expect, test } from "./support/test";

// One text in everything: the palette, its page, and what is found there.
const { project, domain, task, execution } = facts.tutorial;
const tutorial = `/console/projects/${project}/domains/${domain}`;

async function openPalette(page: Page, path: string, typed: string) {
  await page.goto(path);
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await page.keyboard.press("Control+k");
  const palette = page.getByRole("dialog");
  await palette.getByRole("searchbox").fill(typed);
  return palette;
}

test("the page of a search has what was found, by kind", async ({ page }) => {
  await page.goto("/console/search?q=run_batch");
  await expect(page.getByRole("table", { name: "Tasks" }).getByRole("link", { name: task })).toBeVisible();
  await expect(page.getByRole("table", { name: "Executions" }).getByRole("link", { name: execution })).toBeVisible();
  await page.getByRole("searchbox", { name: "Search" }).fill("flytebasics:pages");
  await expect(page).toHaveURL(/\?q=flytebasics%3Apages$/);
  await expect(page.getByRole("table", { name: "Executions" })).toBeHidden();
  await page.getByRole("table", { name: "Images" }).getByRole("link", { name: "flytebasics:pages" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "flytebasics:pages" })).toBeVisible();
});

test("an image has a page of its own, whether it is here or not", async ({ page }) => {
  await page.goto("/console/images");
  await page.getByRole("link", { name: "flytebasics:pages" }).click();
  await expect(page).toHaveURL("/console/images/flytebasics%3Apages");
  await expect(page.getByText(/^sha256:[0-9a-f]{64}$/)).toBeVisible();
  await expect(page.getByRole("link", { name: "run_batch" })).toBeVisible();
  await page.goto("/console/images/sandbox-pages/absent:v1");
  await expect(page.getByRole("heading", { level: 1, name: "sandbox-pages/absent:v1" })).toBeVisible();
  await expect(page.getByRole("main").getByRole("listitem")).toHaveCount(1);
  await expect(page.getByRole("main").getByRole("listitem")).toContainText(
    "sandbox build . -t sandbox-pages/absent:v1",
  );
  await page.goto("/console/images/nobody-has-this:v9");
  await expect(page.getByText("There is no image nobody-has-this:v9 here")).toBeVisible();
});

test("the palette finds what the server finds, by other words than its title", async ({ page }) => {
  const palette = await openPalette(page, `${tutorial}/executions`, "run_batch");
  await expect(palette.getByRole("group", { name: "Executions" }).getByText(execution)).toBeVisible();
  await palette.getByRole("searchbox").fill(`@${execution}`);
  await expect(palette.getByRole("group", { name: "Pods" }).getByText(facts.pod.name)).toBeVisible();
  await expect(palette.getByRole("group")).toHaveCount(1);
  await palette.getByRole("searchbox").fill(":run_batch");
  await expect(palette.getByRole("group", { name: "Executions" })).toBeVisible();
  await expect(palette.getByRole("group", { name: "Tasks" })).toBeHidden();
  await palette.getByRole("searchbox").fill("run_batch");
  await palette.getByRole("menuitem", { name: "Everything with “run_batch”" }).click();
  await expect(page).toHaveURL("/console/search?q=run_batch");
});

test("an address that is pasted leads to its page", async ({ page }) => {
  await openPalette(page, "/console/", `flyte://v1/${project}/${domain}/${execution}/n0/0/o/o0`);
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(`${tutorial}/executions/${execution}?node=n0&attempt=0&panel=outputs`);
  await openPalette(page, "/console/", "s3://my-s3-bucket/metadata/");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL("/console/objects/my-s3-bucket/metadata");
});

test("Ctrl Enter opens beside, and the palette stays", async ({ page, context }) => {
  const palette = await openPalette(page, "/console/", "schedules");
  await expect(palette.getByRole("menuitem", { name: "Schedules", exact: true })).toBeVisible();
  const beside = context.waitForEvent("page");
  await page.keyboard.press("Control+Enter");
  await expect(await beside).toHaveURL("/console/schedules");
  await expect(page).toHaveURL("/console/");
  await expect(palette).toBeVisible();
});

test("the execution that is looked at is terminated from the palette", async ({ page, request }) => {
  const name = await launch(request, "gates.asked");
  await gate(request, name);
  await openPalette(page, `${at}/executions/${name}`, ">terminate");
  await page.keyboard.press("Enter");
  const reason = page.getByRole("dialog", { name: "Terminate this execution" });
  await reason.getByRole("button", { name: "Terminate" }).click();
  await expect.poll(() => phase(request, name)).toBe("ABORTED");
  const palette = await openPalette(page, `${at}/executions/${name}`, ">");
  await expect(palette.getByRole("menuitem", { name: "Recover" })).toBeVisible();
  await expect(palette.getByRole("menuitem", { name: "Terminate" })).toBeHidden();
});
