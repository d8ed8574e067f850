// Out of memory: the curve that meets its limit, and how to raise it; and an execution as commands.
import { writeFileSync } from "node:fs";
import path from "node:path";
import { cli, client, ended, launch, place, type Run, seen } from "./support/drive";
import { facts } from "./support/facts";
import { expect, test } from "./support/test";

const { project, domain } = facts.forms;
const MI = 2 ** 20;
let run: Run;

test.beforeAll(async ({ request }) => {
  run = await launch(request, "usage.out_of_memory");
});

test("the curve grows while it runs, by the stream alone", async ({ page, request }) => {
  test.setTimeout(120_000);
  const lasting = await launch(request, "usage.odd_lines"); // It ticks for 15 s.
  // Every answer is emptied, so that what the page draws can have come by the stream only.
  await page.route("**/sandbox/v1/stats/**", async (route) => {
    const response = await route.fetch();
    await route.fulfill({
      response,
      json: { ...(await response.json()), t_ms: [], memory_bytes: [], cpu_millis: [] },
    });
  });
  await page.goto(`${lasting.page}?node=n0&panel=resources&attempt=0`);
  const curve = page.getByRole("complementary").getByRole("img", { name: /^Memory\./ });
  const drawn = new Set<string>();
  const look = async () => {
    const now = (await curve.count()) > 0 ? await curve.getAttribute("aria-label") : null;
    if (now) drawn.add(now);
    return drawn.size;
  };
  await expect.poll(look, { intervals: [100], timeout: 60_000 }).toBeGreaterThan(2);
  await page.unrouteAll({ behavior: "ignoreErrors" });
  await request.delete(`/api/v1/executions/${project}/${domain}/${lasting.name}`, { data: { cause: "seen enough" } });
});

test("out of memory: the sentence, the attempts, and a curve whose end lies on the limit", async ({
  page,
  request,
}) => {
  test.setTimeout(120_000);
  await ended(request, run);
  await page.goto(`${run.page}?node=n0&panel=attempts`);
  await expect(
    page.getByText("grow ran out of memory on its second and last attempt: it used 60 MiB of 60 MiB."),
  ).toBeVisible();
  const panel = page.getByRole("complementary");
  await expect(panel.getByRole("heading", { name: /^Attempt \d of 2$/ })).toHaveCount(2);
  await expect(panel.getByText("Out of memory")).toHaveCount(3); // its own, and both attempts
  const { attempts } = await seen(request, run);
  for (const { pod } of attempts) {
    const stats = await (await request.get(`/sandbox/v1/stats/${project}-${domain}/${pod}`)).json();
    expect(stats.oom_at_ms).toBe(stats.t_ms.at(-1));
    expect(stats.memory_bytes.at(-1)).toBe(60 * MI);
    expect(stats.limit.memory_bytes).toBe(60 * MI);
    // What was left of it while it was being killed is no part of the curve.
    expect(stats.memory_bytes.at(-2)).toBeGreaterThan(20 * MI);
  }
  for (const [attempt, { pod }] of attempts.entries()) expect(pod).toMatch(new RegExp(`-${attempt}$`));
  await panel.getByRole("tab", { name: "Logs" }).click();
  const small = panel.getByRole("img", { name: /^Memory\. After .* it wanted more than its limit of 60 MiB/ });
  await expect(small).toBeVisible();
  await panel.getByRole("button", { name: "Memory", exact: true }).click();
  const curve = panel.getByRole("img", { name: /^Memory\. After .* it wanted more than its limit of 60 MiB/ });
  await expect(curve.locator("canvas")).toBeVisible();
  await panel.getByRole("button", { name: "Show as table" }).click();
  await expect(panel.getByRole("row").last()).toContainText("60 MiB");
});

test("Home says what ran out of memory until it is run again, and leads to what raises it", async ({
  page,
  request,
}) => {
  test.setTimeout(120_000);
  await ended(request, run);
  const link = `a[href*="/executions/${run.name}?raise=1"]`;
  await page.goto("/console/");
  const needs = page.locator("section", { hasText: "Needs you" });
  await needs.locator(link).click();
  await expect(page.getByRole("dialog", { name: "Raise its memory" })).toContainText("60 MiB");
  const again = await launch(request, "usage.out_of_memory");
  await page.goto("/console/");
  await expect(needs).toBeVisible();
  await expect(needs.locator(link)).toHaveCount(0);
  await request.delete(`/api/v1/executions/${project}/${domain}/${again.name}`, { data: { cause: "seen enough" } });
});

test("raise its memory: the snippet, the file for the place's limit, and what flytectl changed", async ({ page }) => {
  test.setTimeout(120_000);
  const file = path.join(facts.home, "..", "task-resources.yaml");
  const update = () => client(facts.flytectl, "update", "task-resource-attribute", "--force", "--attrFile", file);
  writeFileSync(file, `project: ${project}\ndomain: ${domain}\nlimits:\n  memory: 100Mi\n`);
  update();
  try {
    await page.goto(run.page);
    await page.getByRole("button", { name: "Raise its memory" }).click();
    const advice = page.getByRole("dialog", { name: "Raise its memory" });
    await expect(advice).toContainText("Request30 MiB set by the task");
    await expect(advice).toContainText("Limit60 MiB set by the task");
    await expect(advice).toContainText(`At most for a task here100 MiB set for ${project} / ${domain}`);
    await expect(advice).toContainText('requests=Resources(mem="120Mi"),');
    await expect(advice).toContainText('limits=Resources(mem="240Mi"),');
    await expect(advice).toContainText("A task may have at most 100 MiB here.");
    const attributes = (await advice.locator("pre").filter({ hasText: "project:" }).textContent()) ?? "";
    expect(attributes).toContain('memory: "240Mi"');
    writeFileSync(file, attributes);
    update(); // The popover is still open.
    await expect(advice).toContainText(`At most for a task here240 MiB set for ${project} / ${domain}`);
    await expect(advice).not.toContainText("A task may have at most");
    await expect(advice).toContainText("is the newest version");
  } finally {
    client(facts.flytectl, "delete", "task-resource-attribute", ...place);
  }
});

test("the run's resources: all attempts in numbers, and the machine", async ({ page }) => {
  await page.goto(`${run.page}?tab=resources`);
  await expect(
    page.getByRole("img", { name: /^Memory\. All attempts together held at most .* of this machine's 6 GiB/ }),
  ).toBeVisible();
  const table = page.getByRole("table", { name: "What each attempt asked for and used" });
  await expect(table.getByRole("row")).toHaveCount(3);
  await expect(table.getByRole("row").last()).toContainText("killed at 60 MiB");
});

test("copy as: what is copied launches the same again", async ({ page, request }) => {
  test.setTimeout(120_000);
  await page.goto(run.page);
  const open = async (kind: string) => {
    await page.getByRole("button", { name: "Copy as…" }).click();
    await page.getByRole("menuitem", { name: kind, exact: true }).click();
    return page.getByRole("dialog", { name: `Copy as: ${kind}` });
  };
  const close = () => page.keyboard.press("Escape");
  const curl = await open("curl");
  const sent = (await curl.locator("pre").textContent()) ?? "";
  const body = JSON.parse(/-d '(.*)'$/s.exec(sent)?.[1] ?? "");
  expect(body.spec.launchPlan).toMatchObject({ name: "usage.out_of_memory", version: facts.forms.version });
  await close();
  await expect((await open("pyflyte run")).locator("pre")).toHaveText(
    `pyflyte run -p ${project} -d ${domain} remote-launchplan usage.out_of_memory:${facts.forms.version}`,
  );
  await close();
  await expect((await open("Python")).locator("pre")).toContainText("remote.fetch_launch_plan(");
  await close();
  const same = await open("Exact reproduction");
  await expect(same.locator("pre")).toContainText("--memory 62914560");
  await expect(same.locator("pre")).toContainText("--entrypoint sh sha256:");
  await expect(same.getByText("What cannot be repeated")).toBeVisible();
  await close();
  const flytectl = await open("flytectl");
  const command = (await flytectl.locator("pre").first().textContent()) ?? "";
  expect(command).toBe(`flytectl create execution ${place.join(" ")} --relaunch ${run.name}`);
  const words = command.split(" ");
  const said = client(facts.flytectl, ...words.slice(1));
  const name = /name:"(\w+)"/.exec(said)?.[1] ?? "";
  const again = await (await request.get(`/api/v1/executions/${project}/${domain}/${name}`)).json();
  expect(again.spec.launchPlan.name).toBe("usage.out_of_memory");
  await request.delete(`/api/v1/executions/${project}/${domain}/${name}`, { data: { cause: "seen enough" } });
});

test("the commands of an attempt", async ({ page, request }) => {
  await page.goto(`${run.page}?node=n0&panel=attempts`);
  const panel = page.getByRole("complementary");
  await panel.getByRole("button", { name: "Commands" }).first().click();
  const { attempts } = await seen(request, run);
  const logs = `sandbox logs ${attempts.at(-1)?.pod}`;
  await expect(panel.locator("pre").filter({ hasText: logs })).toBeVisible();
  expect(cli(...logs.split(" ").slice(1))).toContain("holds 2 MiB");
  await expect(panel.locator("pre").filter({ hasText: "--entrypoint sh busybox" })).toBeVisible();
});
