// Why it waits: the sentence, the row, the list and the CLI say the same, and the page follows when the cause goes.
import { execFileSync } from "node:child_process";
import type { APIRequestContext, Page } from "@playwright/test";
import { cli, code, ended, launch, letGo, place, type Run, seen } from "./support/drive";
import { facts } from "./support/facts";
import { expect, test } from "./support/test";

const IMAGE = "pages-unbuilt:v1";

/** The page, its row and the CLI tell the wait; answers the sentence. */
async function tellsTheSame(page: Page, run: Run, sentence: RegExp, row: RegExp): Promise<void> {
  await page.goto(run.page);
  const story = page.getByRole("paragraph").filter({ hasText: sentence });
  await expect(story).toBeVisible();
  // What is free changes while others come and go.
  await expect(async () => {
    const said = ((await story.textContent()) ?? "").replace(/\s+/g, " ").trim();
    expect(cli("get", run.name, ...place).replace(/\s+/g, " ")).toContain(said);
  }).toPass({ timeout: 30_000 });
  const nodes = page.getByRole("treegrid", { name: "Nodes and their times" });
  await expect(nodes.getByRole("row").filter({ hasText: row }).first()).toBeVisible();
}

/** Once the server says something else, the page does within a second. */
async function changesAtOnce(page: Page, request: APIRequestContext, run: Run, was: string, gone: RegExp) {
  await expect.poll(() => code(request, run), { intervals: [50], timeout: 60_000 }).not.toBe(was);
  await expect(page.getByRole("paragraph").filter({ hasText: gone })).toHaveCount(0, { timeout: 1000 });
}

const runs = async (request: APIRequestContext, run: Run): Promise<boolean> =>
  (await seen(request, run)).attempts.some(({ started_at }) => started_at !== undefined);

test("for memory", async ({ page, request }) => {
  test.setTimeout(180_000);
  const first = await launch(request, "waits.memory");
  await expect.poll(() => runs(request, first), { timeout: 60_000 }).toBe(true);
  const second = await launch(request, "waits.memory");
  await expect.poll(() => code(request, second), { timeout: 30_000 }).toBe("wait.resources");
  const sentence = /big waits for memory: it needs 4 GiB, [\d.]+ GiB of 6 GiB is free\./;
  await tellsTheSame(page, second, sentence, /waits for memory: it needs 4 GiB/);
  // One more: whose turn comes first is named, and Home tells who waits, what is held, and what of it is used.
  const third = await launch(request, "waits.memory");
  await expect.poll(() => code(request, third), { timeout: 30_000 }).toBe("wait.resources");
  await tellsTheSame(page, third, new RegExp(`1 before it: ${second.name}\\.`), /waits for memory: it needs 4 GiB/);
  const before = page.getByRole("paragraph").getByRole("link", { name: second.name });
  await expect(before).toHaveAttribute("href", second.page);
  await page.goto("/console/");
  const main = page.getByRole("main");
  const queue = main.getByRole("list", { name: "2 waiting" }).getByRole("listitem");
  await expect(queue).toHaveCount(2);
  await expect(queue.first()).toContainText(sentence);
  await expect(queue.last().getByRole("link", { name: second.name })).toHaveAttribute("href", second.page);
  await expect(main.getByText(/^4 GiB of 6 GiB reserved, [\d.]+ [KM]iB used$/)).toBeVisible({ timeout: 15_000 });
  await expect(main.getByText(/^[\d.]+ [GT]iB free$/)).toBeVisible();
  await request.delete(`/api/v1/executions/${facts.forms.project}/${facts.forms.domain}/${third.name}`, {
    data: { cause: "seen enough" },
  });
  await expect(main.getByRole("list", { name: "1 waiting" }).getByRole("listitem")).toHaveCount(1);
  await page.goto(second.page);
  expect(letGo(first)).toBe(1);
  await changesAtOnce(page, request, second, "wait.resources", sentence);
  await expect.poll(() => runs(request, second), { timeout: 60_000 }).toBe(true);
  expect(letGo(second)).toBe(1);
  await expect(page.getByText(/^Succeeded in /)).toBeVisible({ timeout: 30_000 });
});

test("for its turn", async ({ page, request }) => {
  test.setTimeout(180_000);
  const run = await launch(request, "waits.turn", { maxParallelism: 1 });
  await expect.poll(() => runs(request, run), { timeout: 60_000 }).toBe(true);
  await page.goto(run.page);
  const nodes = page.getByRole("treegrid", { name: "Nodes and their times" });
  const row = nodes.getByRole("row").filter({ hasText: "waits: at most 1 run at once in this execution." });
  await expect(row).toHaveCount(1);
  const turn = "1 more waits for a turn: at most 1 run at once.";
  await expect(page.getByText(turn)).toBeVisible();
  expect(cli("get", run.name, ...place)).toContain(turn);
  expect(letGo(run)).toBe(1);
  await expect(row).toHaveCount(0, { timeout: 30_000 });
  await expect
    .poll(async () => (await seen(request, run)).attempts.filter(({ started_at }) => started_at).length, {
      timeout: 60_000,
    })
    .toBe(2);
  await expect.poll(() => letGo(run), { timeout: 30_000 }).toBe(1);
  await expect(page.getByText(/^Succeeded in /)).toBeVisible({ timeout: 30_000 });
});

test("for an image that is missing, with the command that builds it", async ({ page, request }) => {
  test.setTimeout(180_000);
  execFileSync("docker", ["rmi", "--force", IMAGE], { stdio: "ignore" });
  const run = await launch(request, "waits.image");
  await expect.poll(() => code(request, run), { timeout: 60_000 }).toBe("wait.imageMissing");
  const sentence = new RegExp(`unbuilt cannot start: there is no image ${IMAGE} in Docker`);
  await tellsTheSame(page, run, sentence, new RegExp(`there is no image ${IMAGE}`));
  await expect(page.getByText(`sandbox build . -t ${IMAGE}`, { exact: true })).toBeVisible();
  execFileSync("docker", ["tag", "busybox", IMAGE]); // An image that is built meanwhile is used at once.
  try {
    await changesAtOnce(page, request, run, "wait.imageMissing", sentence);
    await expect(page.getByText(/^Succeeded in /)).toBeVisible({ timeout: 60_000 });
  } finally {
    execFileSync("docker", ["rmi", IMAGE], { stdio: "ignore" });
  }
});

test("for an answer", async ({ page, request }) => {
  test.setTimeout(120_000);
  const run = await launch(request, "waits.answer");
  await expect.poll(() => code(request, run), { timeout: 30_000 }).toBe("wait.gate");
  const sentence = /fine waits for your approval\./;
  await tellsTheSame(page, run, sentence, /waits for your approval\./);
  await page.getByRole("link", { name: "Answer it" }).click();
  await page.getByRole("complementary").getByRole("button", { name: "Approve" }).click();
  await changesAtOnce(page, request, run, "wait.gate", sentence);
  await ended(request, run);
});

test("for an execution that it started", async ({ page, request }) => {
  test.setTimeout(180_000);
  const run = await launch(request, "waits.child");
  await expect.poll(() => code(request, run), { timeout: 30_000 }).toBe("wait.child");
  const sentence = /inner waits for f\w+\./;
  await tellsTheSame(page, run, sentence, /waits for f\w+\./);
  const child = page.getByRole("paragraph").filter({ hasText: sentence }).getByRole("link").last();
  const name = (await child.textContent()) ?? "";
  await expect.poll(() => letGo({ name, page: "" }), { timeout: 60_000 }).toBe(1);
  await changesAtOnce(page, request, run, "wait.child", sentence);
  await ended(request, run);
});
