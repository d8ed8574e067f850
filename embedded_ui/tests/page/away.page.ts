import type { Page } from "@playwright/test";
import { control } from "./support/control";
import { facts } from "./support/facts";
import { abort, at, gate, launch, read } from "./support/runs";
import { expect, test } from "./support/test";

const { project, domain, version } = facts.forms;
// A page whose sandbox is away says so in the browser's console as well.
test.use({ expected: [/net::ERR_/] });
test.describe.configure({ timeout: 120_000 });
test.afterEach(() => control("start")); // Does nothing to a sandbox that runs.

/** Leaves a mark that a reload would take away. */
const mark = (page: Page) => page.evaluate(() => Object.assign(window, { marked: true }));
const isMarked = (page: Page) => page.evaluate(() => "marked" in window);

test("a page outlives a kill -9 of its sandbox, and shows what was and what comes", async ({ context, request }) => {
  const name = await launch(request, "gates.approved", { n: 4 });
  const node = await gate(request, name);
  const page = await context.newPage();
  await page.goto(`${at}/executions/${name}`);
  const terminate = page.getByRole("button", { name: "Terminate" });
  await expect(terminate).toBeEnabled();
  const form = await context.newPage();
  await form.goto(`${at}/tasks/every_type.named/launch?version=${version}`);
  await form.getByLabel("n (int)*").fill("77");
  await mark(page);
  await mark(form);

  await control("kill");
  await expect(page.getByText(/^The sandbox is away\./)).toBeVisible({ timeout: 3000 });
  await expect(terminate).toBeDisabled();
  await expect(page.getByRole("treegrid", { name: "Nodes and their times" })).toBeVisible();

  await control("start");
  await expect(page.getByText(/^The sandbox is away\./)).toBeHidden();
  await expect(terminate).toBeEnabled();
  const signal = { id: { signalId: "fine", executionId: { project, domain, name } }, value: TRUE };
  expect((await request.post("/api/v1/signals", { data: signal })).status(), node).toBe(200);
  await expect(page.getByText(/^Succeeded in /)).toBeVisible({ timeout: 30_000 });

  await page.getByRole("tab", { name: "Events" }).click();
  const { events } = await read<{ events: { text: string }[] }>(
    request,
    `/sandbox/v1/runs/${project}/${domain}/${name}/events`,
  );
  await expect(page.getByRole("tabpanel").getByRole("row")).toHaveCount(events.length + 1); // and the head
  expect(await isMarked(page)).toBe(true);
  await expect(form.getByLabel("n (int)*")).toHaveValue("77");
  expect(await isMarked(form)).toBe(true);
});

const TRUE = { scalar: { primitive: { boolean: true } } };

test("a sandbox that was stopped says how it is started again", async ({ page, request }) => {
  const name = await launch(request, "gates.asked");
  await gate(request, name);
  await page.goto(`${at}/executions/${name}`);
  await expect(page.getByRole("button", { name: "Terminate" })).toBeEnabled();
  await mark(page);
  await control("stop");
  await expect(page.getByText("The sandbox was stopped.")).toBeVisible();
  await expect(page.getByText("sandbox start")).toBeVisible();
  await expect(page.getByRole("button", { name: "Terminate" })).toBeDisabled();
  await control("start");
  await expect(page.getByText("The sandbox was stopped.")).toBeHidden();
  await expect(page.getByRole("button", { name: "Terminate" })).toBeEnabled();
  expect(await isMarked(page)).toBe(true);
  await abort(request, name);
});
