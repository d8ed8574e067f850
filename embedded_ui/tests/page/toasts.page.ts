// What came of an act whose page was left meanwhile. Requests are held until it is left; the answers are the server's.
import type { Page } from "@playwright/test";
import { abort, at, gate, launch, phase } from "./support/runs";
import { expect, test } from "./support/test";

/** Holds requests of a method and path until the function that it answers is called. */
async function hold(page: Page, method: string, path: RegExp): Promise<{ held: Promise<void>; release: () => void }> {
  let release = () => {};
  let reached = () => {};
  const held = new Promise<void>((resolve) => {
    reached = resolve;
  });
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  await page.route(path, async (route) => {
    if (route.request().method() === method) {
      reached();
      await released;
    }
    await route.continue();
  });
  return { held, release };
}

/** To another page, as people go. */
async function leave(page: Page): Promise<void> {
  await page.getByRole("link", { name: "Secrets", exact: true }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Secrets" })).toBeVisible();
}

test("an execution that started after its form was closed is told, with the way to it", async ({ page, request }) => {
  await page.goto(`${at}/workflows/gates.asked`);
  await page.getByRole("button", { name: "Launch Workflow" }).click();
  const { held, release } = await hold(page, "POST", /\/api\/v1\/executions$/);
  await page.getByRole("dialog").getByRole("button", { name: "Launch", exact: true }).click();
  await held;
  await page.getByRole("dialog").getByRole("button", { name: "Close" }).first().click();
  await expect(page.getByRole("dialog")).toBeHidden();
  release();
  const said = page.getByText(/^Execution \S+ has started\.$/);
  await expect(said).toBeVisible();
  await expect(page).toHaveURL(/\/workflows\/gates\.asked$/);
  const name = (await said.textContent())?.split(" ")[1] ?? "";
  await page.getByRole("link", { name: "Open", exact: true }).click();
  await expect(page).toHaveURL(new RegExp(`/executions/${name}$`));
  await abort(request, name);
});

test("many that were terminated are told on another page, and the line goes by itself", async ({ page, request }) => {
  const names = [await launch(request, "gates.asked"), await launch(request, "gates.asked")];
  for (const name of names) await gate(request, name);
  await page.goto(`${at}/executions`);
  for (const name of names) await page.getByRole("checkbox", { name: `Select ${name}` }).check();
  await page.getByRole("toolbar").getByRole("button", { name: "Terminate" }).click();
  const { held, release } = await hold(page, "DELETE", /\/api\/v1\/executions\//);
  await page.getByRole("dialog").getByRole("button", { name: "Terminate" }).click();
  await held;
  await leave(page);
  release();
  await expect(page.getByText("2 executions terminated.")).toBeVisible();
  for (const name of names) await expect.poll(() => phase(request, name)).toBe("ABORTED");
  await expect(page.getByText("2 executions terminated.")).toBeHidden();
});

test("an image that could not be pulled is told until it is closed", async ({ page }) => {
  await page.goto("/console/images");
  const missing = page.getByRole("listitem").filter({ hasText: "sandbox-pages/absent:v1" });
  const { held, release } = await hold(page, "POST", /\/images\/pull$/);
  await missing.getByRole("button", { name: "Pull" }).click();
  await held;
  await leave(page);
  release();
  const toast = page.getByRole("alert").filter({ hasText: "sandbox-pages/absent:v1 could not be pulled." });
  await expect(toast).toBeVisible();
  await page.keyboard.press("g");
  await page.keyboard.press("p");
  await expect(page.getByRole("heading", { level: 1, name: "Pods" })).toBeVisible();
  await expect(toast).toBeVisible();
  await toast.getByRole("button", { name: "Close" }).click();
  await expect(toast).toBeHidden();
});

test("a file goes on its way when its page is left", async ({ page }) => {
  await page.goto("/console/objects");
  const { held, release } = await hold(page, "PUT", /\/uploads\//);
  await page
    .getByLabel("Upload…", { exact: true })
    .setInputFiles({ name: "left.txt", mimeType: "text/plain", buffer: Buffer.from("left behind") });
  await held;
  await leave(page);
  release();
  await expect(page.getByText("left.txt is there.")).toBeVisible();
  await page.getByRole("link", { name: "Open", exact: true }).click();
  await expect(page).toHaveURL(/\/objects\/.*\/left\.txt$/);
});
