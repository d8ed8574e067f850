// A log of 120,000 lines with colours and standard error, in the panel and as part of the run's log.

import { readFile } from "node:fs/promises";
import type { Locator } from "@playwright/test";
import { control } from "./support/control";
import { ended, launch, type Run, seen } from "./support/drive";
import { facts } from "./support/facts";
import { tabTo } from "./support/keys";
import { expect, test } from "./support/test";

const { project, domain } = facts.forms;
let run: Run;

test.beforeAll(async ({ request }) => {
  test.setTimeout(240_000);
  run = await launch(request, "usage.talk");
  await ended(request, run, 200_000);
});

test("a long log: link to a line, the ends, search, standard error, download", async ({ page, request, context }) => {
  test.setTimeout(180_000);
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.goto(`${run.page}?node=n0&panel=logs&line=60000-60199`);
  const log = page.getByRole("region", { name: "Log", exact: true });
  const number = (n: number) => log.getByRole("button", { name: `Line ${n.toLocaleString("en")}`, exact: true });
  await expect(number(60_000)).toBeVisible();
  await log.getByRole("button", { name: "Copy the chosen lines" }).click();
  const { attempts } = await seen(request, run);
  const { pod } = attempts.find(({ node }) => node === "n0") ?? {};
  const raw = `/sandbox/v1/logs/${project}-${domain}/${pod}/raw`;
  const file = (await (await request.get(raw)).text()).split("\n");
  expect(file.length).toBe(120_001);
  const colour = new RegExp(`${String.fromCharCode(27)}\\[\\d+m`, "g");
  const wanted = file.slice(59_999, 60_199).map((line) => line.replace(colour, ""));
  await expect(log.getByText(wanted[0] ?? "", { exact: true }).first()).toBeVisible();
  await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toBe(wanted.join("\n"));

  // Most of these lines were never in view.
  await page.goto(`${run.page}?node=n0&panel=logs&line=20000-26999`);
  await expect(number(20_000)).toBeVisible();
  await log.getByRole("button", { name: "Copy the chosen lines" }).click();
  const many = file.slice(19_999, 26_999).map((line) => line.replace(colour, ""));
  await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toBe(many.join("\n"));

  await log.getByRole("group").focus();
  await page.keyboard.press("End");
  await expect(number(120_000)).toBeVisible();
  await page.keyboard.press("Home");
  await expect(number(1)).toBeVisible();

  await log.getByRole("searchbox").fill("warning");
  await expect(log.getByText("1 of 1,200")).toBeVisible();
  await expect(log.locator("mark").first()).toHaveText("warning");
  await log.getByRole("button", { name: "Previous match" }).click();
  await expect(log.getByText("1,200 of 1,200")).toBeVisible();
  const matches = (await (await request.get(`${raw}?q=warning`)).text()).split("\n").filter((line) => line !== "");
  expect(matches).toHaveLength(file.filter((line) => line.includes("warning")).length);
  await log.getByRole("button", { name: "Regular expression" }).click();
  await log.getByRole("searchbox").fill("^step \\d+0 of");
  await expect(log.getByText(/^1 of /)).toBeVisible();
});

test("a long log of standard error alone", async ({ page }) => {
  test.setTimeout(120_000);
  await page.goto(`${run.page}?node=n0&panel=logs`);
  const log = page.getByRole("region", { name: "Log", exact: true });
  await log.getByRole("button", { name: "stderr" }).click();
  const lines = log.getByRole("group", { name: /^1,(19\d|200) lines$/ });
  await expect(lines).toBeVisible({ timeout: 30_000 });
  await lines.focus();
  await page.keyboard.press("Home");
  await expect(lines.getByText(/warning 100$/)).toBeVisible();
  await expect(lines.getByText(/^step /)).toHaveCount(0);
  await log.getByRole("searchbox").fill("warning 119900");
  await expect(log.getByText("1 of 1", { exact: true })).toBeVisible();
  await expect(lines.locator("mark")).toHaveText("warning 119900");
  const matches = page.waitForEvent("download");
  await log.getByRole("searchbox").fill("");
  await log.getByRole("button", { name: "Download" }).click();
  await page.getByRole("menuitem", { name: "Download matches" }).click();
  const text = await readFile(await (await matches).path(), "utf8");
  expect(
    text
      .split("\n")
      .filter((line) => !line.includes("warning"))
      .join(""),
  ).toBe("");
});

test("lines have their colours, their times when asked for, and are wrapped when asked for", async ({
  page,
  request,
}) => {
  await page.goto(`${run.page}?node=n0&panel=logs&line=60000`);
  const log = page.getByRole("region", { name: "Log", exact: true });
  const line = log.getByText("step 60010 of 120000", { exact: true });
  const plain = log.getByText("line 60011", { exact: true });
  await expect(line).toBeVisible();
  const colourOf = (one: Locator) => one.evaluate((each) => getComputedStyle(each).color);
  expect(await colourOf(line)).not.toBe(await colourOf(plain));

  const { attempts } = await seen(request, run);
  const { pod } = attempts.find(({ node }) => node === "n0") ?? {};
  const times = log.getByRole("button", { name: "times" });
  const clock = log.getByText(/^\d\d:\d\d:\d\d/);
  await expect(clock).toHaveCount(0);
  await times.click();
  const lines = `/sandbox/v1/logs/${project}-${domain}/${pod}/lines?from=59900&count=200`;
  const { text, time_ms } = await (await request.get(lines)).json();
  const place = text.findIndex((each: string) => each.includes("step 60010 of 120000"));
  const row = log.locator("[data-index]").filter({ hasText: "step 60010 of 120000" });
  await expect(row).toContainText(new Date(time_ms[place]).toISOString().slice(11, 19));
  await times.click();

  const wrap = log.getByRole("button", { name: "wrap" });
  const styleOf = () => plain.evaluate((each) => getComputedStyle(each).whiteSpace);
  const before = await styleOf();
  await wrap.click();
  expect(await styleOf()).not.toBe(before);
  await wrap.click();
  expect(await styleOf()).toBe(before);
});

test("a long log is read by keys alone", async ({ page }) => {
  test.setTimeout(120_000);
  await page.goto(`${run.page}?node=n0`);
  await expect(page.getByRole("complementary")).toBeVisible();
  await tabTo(page, "Outputs"); // The tab that is open.
  const tab = (name: string) => page.getByRole("complementary").getByRole("tab", { name, selected: true });
  for (let step = 0; step < 8 && !(await tab("Logs").isVisible()); step += 1) await page.keyboard.press("ArrowRight");
  await expect(tab("Logs")).toBeVisible();
  const log = page.getByRole("region", { name: "Log", exact: true });
  const number = (n: number) => log.getByRole("button", { name: `Line ${n.toLocaleString("en")}`, exact: true });
  await expect(number(120_000)).toBeVisible();

  await tabTo(page, "Search the log");
  await page.keyboard.type("warning");
  await expect(log.getByText("1 of 1,200")).toBeVisible();
  await tabTo(page, "Previous match");
  await page.keyboard.press("Enter");
  await expect(log.getByText("1,200 of 1,200")).toBeVisible();

  await tabTo(page, /120,000 lines/);
  await page.keyboard.press("Home");
  await expect(number(1)).toBeVisible();
  await page.keyboard.press("PageDown");
  await expect(number(1)).not.toBeInViewport();
  await page.keyboard.press("End");
  await expect(number(120_000)).toBeVisible();
  await page.keyboard.press("Control+f");
  await expect(log.getByRole("searchbox")).toBeFocused();
});

test("the run's log: by time, of one node, only standard error, search", async ({ page }) => {
  test.setTimeout(180_000);
  await page.goto(`${run.page}?tab=logs&stderr=1`);
  const log = page.getByRole("region", { name: "Log of all nodes" });
  // Where a piece of the other stream ends in the middle of a line, the two are one.
  await expect(log.getByText(/^1,(19\d|200) lines$/)).toBeVisible({ timeout: 60_000 });
  await expect(log.getByText(/warning 100$/)).toBeVisible();
  await log.getByRole("searchbox").fill("warning 119900");
  await expect(log.getByText("1 of 1", { exact: true })).toBeVisible();
  await expect(log.locator("mark")).toHaveText("warning 119900");
  await log.getByRole("button", { name: "Regular expression" }).click();
  await log.getByRole("searchbox").fill("WARNING 11\\d{2}00");
  await expect(log.getByText("1 of 100", { exact: true })).toBeVisible();
  await expect(log.locator("mark").first()).toHaveText("warning 110000");
  await log.getByRole("button", { name: "Match case" }).click();
  await expect(log.getByText("No match")).toBeVisible();
  await log.getByRole("searchbox").fill("warning 11990+");
  await expect(log.getByText("1 of 1", { exact: true })).toBeVisible();
  const saved = page.waitForEvent("download");
  await log.getByRole("button", { name: "Download" }).click();
  await page.getByRole("menuitem", { name: "Download matches" }).click();
  expect((await saved).suggestedFilename()).toBe(`${run.page.split("/").at(-1)}.log`);
  expect(await readFile(await (await saved).path(), "utf8")).toMatch(/^chatty\t.*warning 119900\n$/);
  await log.getByRole("searchbox").fill("");
  await log.getByRole("button", { name: "stderr" }).click();
  await log
    .getByRole("button", { name: "Nodes" })
    .or(log.getByRole("button", { name: "All nodes" }))
    .first()
    .click();
  await page.getByRole("menuitemcheckbox", { name: "modest" }).click();
  await page.keyboard.press("Escape");
  await expect(log.getByText("2 lines")).toBeVisible();
  await expect(page).toHaveURL(/nodes=n1/);
  await log.getByRole("link", { name: "modest" }).first().click();
  await expect(page.getByRole("complementary").getByRole("tab", { name: "Logs", selected: true })).toBeVisible();
});

test.describe("with a sandbox that is killed", () => {
  test.use({ expected: [/net::ERR_/] });

  test("a log that goes on is followed until somebody scrolls up, and outlives a kill -9", async ({
    page,
    request,
  }) => {
    test.setTimeout(180_000);
    const odd = await launch(request, "usage.odd_lines");
    await expect
      .poll(async () => (await seen(request, odd)).attempts[0]?.started_at ?? "", { timeout: 60_000 })
      .not.toBe("");
    await page.goto(`${odd.page}?node=n0&panel=logs`);
    const log = page.getByRole("region", { name: "Log", exact: true });
    const follow = log.getByRole("button", { name: "Follow" });
    await expect(follow).toHaveAttribute("aria-pressed", "true");
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
    await expect.poll(last).toBeGreaterThan(before); // It moves by itself.
    await log
      .getByText(/^tick \d+$/)
      .last()
      .hover();
    await page.mouse.wheel(0, -4000);
    await expect(follow).toHaveAttribute("aria-pressed", "false");
    await log.getByRole("group").focus();
    await page.keyboard.press("End");
    await expect(follow).toHaveAttribute("aria-pressed", "true");
    await ended(request, odd);
    await expect(log.getByText("tick 60", { exact: true })).toBeVisible();

    await page.keyboard.press("Home");
    await expect(log.getByText("… 5 MiB more")).toBeVisible();
    const whole = log.getByRole("link", { name: "Open the line" }).first();
    const text = await (await request.get((await whole.getAttribute("href")) ?? "")).text();
    expect(text.trimEnd()).toHaveLength(327_680 * 16);

    // An expression that tries each way to divide 200,000 letters would not be done while this waits.
    await log.getByRole("button", { name: "Regular expression" }).click();
    await log.getByRole("searchbox").fill("a+a+$");
    await expect(log.getByText("No match")).toBeVisible();

    await control("kill");
    await control("start");
    await page.reload();
    await expect(log.getByText("tick 60", { exact: true })).toBeVisible();
  });
});
