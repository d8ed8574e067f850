import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { flytectl, run, sandbox, tried } from "./support/cli";
import { facts } from "./support/facts";
import { expect, test } from "./support/test";

const { project, domain, version } = facts.forms;
const VALUE = "the-value-that-nobody-may-see";

test("secrets are those of the command line, missing ones name their task, and no value is anywhere", async ({
  page,
}) => {
  const folder = mkdtempSync(path.join(tmpdir(), "pages-"));
  writeFileSync(path.join(folder, "value"), VALUE);
  sandbox("secrets", "set", "user-info", "user_secret", "--from-file", path.join(folder, "value"));
  sandbox("secrets", "set", "other", "key", "--from-file", path.join(folder, "value"));
  rmSync(folder, { recursive: true });
  const answers: Promise<string>[] = [];
  page.on("response", (answer) => {
    if (answer.url().includes("/sandbox/v1/") && !answer.url().includes("/events")) answers.push(answer.text());
  });
  await page.goto("/console/secrets");
  const listed: { group: string; key: string }[] = JSON.parse(sandbox("secrets", "list", "-o", "json")).secrets;
  const rows = page.getByRole("table", { name: "Secrets that are set" }).getByRole("row");
  await expect(rows).toHaveCount(listed.length + 1);
  for (const [index, { group, key }] of listed.entries()) {
    const cells = rows.nth(index + 1).getByRole("cell");
    await expect(cells.nth(0)).toHaveText(group);
    await expect(cells.nth(1)).toHaveText(key);
  }
  await expect(rows.filter({ hasText: "user_secret" }).getByRole("link", { name: "read_secret" })).toBeVisible();
  const missing = page.getByRole("listitem").filter({ hasText: "user-info/absent" });
  await expect(missing.getByRole("link", { name: "read_secret" })).toBeVisible();
  await expect(missing).toContainText(version);
  await expect(missing).toContainText("sandbox secrets set user-info absent");
  expect(await page.content()).not.toContain(VALUE);
  expect((await Promise.all(answers)).join()).not.toContain(VALUE);
  sandbox("secrets", "delete", "user-info", "user_secret");
  sandbox("secrets", "delete", "other", "key");
});

test("images are those of Docker, and one that a task names and is missing has its command", async ({ page }) => {
  await page.goto("/console/images?show=all");
  const missing = page.getByRole("listitem").filter({ hasText: "sandbox-pages/absent:v1" });
  await expect(missing).toContainText("Missing");
  await expect(missing.getByRole("link", { name: "absent_image" })).toBeVisible();
  await expect(missing).toContainText("sandbox build . -t sandbox-pages/absent:v1");
  const names = run("docker", ["images", "--format", "{{.Repository}}:{{.Tag}}"])
    .split("\n")
    .filter((name) => name !== "" && !name.includes("<none>"));
  const table = page.getByRole("table", { name: "Images" });
  const ids = new Set(run("docker", ["images", "--no-trunc", "-q"]).split("\n").filter(Boolean));
  await expect(table).toHaveAttribute("aria-rowcount", String(ids.size + 1));
  expect(names).toContain("flytebasics:pages");
  await page.goto("/console/images");
  const used = page.getByRole("table", { name: "Images" }).getByRole("row").filter({ hasText: "flytebasics:pages" });
  await expect(used.getByRole("link", { name: "run_batch" })).toBeVisible();

  await page.goto(`/console/projects/${project}/domains/${domain}/tasks`);
  const task = page.getByRole("row").filter({ hasText: "absent_image" });
  await expect(task).toContainText("missing sandbox-pages/absent:v1");
  await expect(page.getByRole("row").filter({ hasText: "read_secret" })).not.toContainText("missing");
});

test("an image that no registry has says so", async ({ page }) => {
  await page.goto("/console/images");
  const missing = page.getByRole("listitem").filter({ hasText: "sandbox-pages/absent:v1" });
  await missing.getByRole("button", { name: "Pull" }).click();
  await expect(page.getByRole("alert")).toContainText("sandbox-pages/absent:v1 could not be pulled.");
});

test("pods are those of the command line, row by row", async ({ page }) => {
  const pods: { namespace: string; name: string; status: string }[] = JSON.parse(
    sandbox("pods", "-p", facts.tutorial.project, "-d", facts.tutorial.domain, "-o", "json"),
  ).pods;
  await page.goto(`/console/pods?namespace=${facts.pod.namespace}`);
  const table = page.getByRole("table", { name: "Pods of this machine" });
  await expect(table).toHaveAttribute("aria-rowcount", String(pods.length + 1));
  for (const pod of pods.slice(0, 10)) {
    const row = table.getByRole("row").filter({ has: page.getByRole("link", { name: pod.name, exact: true }) });
    await expect(row).toContainText(pod.namespace);
  }
});

test("a limit that is edited here is what flytectl prints", async ({ page }) => {
  await page.goto(`/console/settings/limits?project=${project}&domain=production`);
  const memory = page.getByRole("row", { name: /^memory/ });
  await expect(memory).toContainText("1Gi");
  await expect(memory).toContainText("preset");
  await page.getByRole("button", { name: "Edit" }).click();
  await page.getByRole("textbox", { name: "memory, Limit" }).fill("3x");
  await expect(page.getByText("no quantity")).toBeVisible();
  await page.getByRole("textbox", { name: "memory, Limit" }).fill("3Gi");
  await page.getByRole("button", { name: "Review" }).click();
  const diff = page.getByRole("list", { name: "What changes" });
  await expect(diff.getByRole("listitem")).toHaveText(["memory, Limitnone→3Gi"]);
  await page.getByRole("button", { name: "Apply" }).click();
  await expect(memory).toContainText("3Gi the domain's attributes");
  const printed = JSON.parse(flytectl("get", "task-resource-attribute", "-p", project, "-d", "production"));
  expect(printed).toMatchObject({ project, domain: "production", limits: { memory: "3Gi" } });
  await page.getByRole("button", { name: "Edit" }).click();
  await page.getByRole("button", { name: "Use the wider place's again" }).click();
  await expect(memory).toContainText("preset");
});

test("settings have the line that set them, and a run who set what it runs with", async ({ page }) => {
  await page.goto("/console/settings");
  const preset = page.getByRole("row").filter({ hasText: "task_resources.defaults.memory" });
  await expect(preset).toContainText("1Gi");
  await expect(preset).toContainText("preset");
  const { project: p, domain: d, execution } = facts.tutorial;
  await page.goto(`/console/projects/${p}/domains/${d}/executions/${execution}?tab=spec`);
  await expect(page.getByRole("heading", { name: "Settings in force" })).toBeVisible();
  await expect(page.getByText("25 default")).toBeVisible();
});

test("a good machine has nothing that fails", async ({ page }) => {
  await page.goto("/console/settings/doctor");
  await page.getByRole("button", { name: "Run again" }).click();
  const checks = page.getByRole("list", { name: "Checks" });
  await expect(checks.getByRole("listitem").filter({ hasText: /Docker \d/ })).toContainText("OK");
  await expect(checks.getByRole("listitem").filter({ hasText: "FAIL" })).toHaveCount(0);
  await expect(checks.getByRole("listitem").filter({ hasText: "sandbox-pages/absent:v1" })).toContainText("WARN");
});

test.describe("a machine without Docker", () => {
  const PORT = 31_500;
  const home = mkdtempSync(path.join(tmpdir(), "pages-away-"));
  const words = ["--home", path.join(home, "sandbox")];
  const env = { ...process.env, HOME: home, DOCKER_HOST: "unix:///nowhere/docker.sock" };
  test.use({ baseURL: `http://localhost:${PORT + 80}` });
  test.beforeAll(() => void run(facts.executable, [...words, "start", "--port-base", String(PORT)], { env }));
  test.afterAll(() => {
    tried(facts.executable, [...words, "teardown"], env);
    rmSync(home, { recursive: true, force: true });
  });

  test("says so on every page, with the fix", async ({ page }) => {
    for (const at of ["/console/", "/console/schedules", "/console/settings/doctor"]) {
      await page.goto(at);
      const banner = page.getByRole("status").filter({ hasText: "No Docker Engine answers" });
      await expect(banner).toContainText("unix:///nowhere/docker.sock");
      await expect(banner.getByRole("link", { name: "Doctor" })).toBeVisible();
      await expect(banner.locator("code")).not.toBeEmpty();
    }
    const check = page.getByRole("list", { name: "Checks" }).getByRole("listitem").first();
    await expect(check).toContainText("FAIL");
    await expect(check).toContainText("No Docker Engine answers");
  });
});

test("the command line tells of a taken port and of an engine that is away", async () => {
  const home = mkdtempSync(path.join(tmpdir(), "pages-none-"));
  const taken = createServer();
  await new Promise<void>((done) => taken.listen(30_080, "127.0.0.1", done));
  const env = { ...process.env, HOME: home, DOCKER_HOST: "unix:///nowhere/docker.sock" };
  const { status, stdout } = tried(facts.executable, ["--home", path.join(home, "none"), "doctor", "-o", "json"], env);
  await new Promise((done) => taken.close(done));
  rmSync(home, { recursive: true, force: true });
  expect(status).toBe(10);
  const checks: { id: string; verdict: string; text: string; fix: string }[] = JSON.parse(stdout).checks;
  const of = (id: string) => checks.find((check) => check.id === id);
  expect(of("engine")).toMatchObject({ verdict: "FAIL" });
  expect(of("port.platform")).toMatchObject({ verdict: "FAIL", fix: "sandbox start --port-base 31000" });
  expect(of("port.platform")?.text).toContain(`node (pid ${process.pid})`);
  expect(of("port.objects")).toMatchObject({ verdict: "OK" });
});

test("a pod's page has its events as kubectl tells them, and the commands about it", async ({ page }) => {
  const { namespace, name } = facts.pod;
  const told: string[] = [];
  page.on("request", (request) => told.push(new URL(request.url()).pathname));
  await page.goto(`/console/pods/${namespace}/${name}?tab=events`);
  const events = page.getByRole("list", { name: "Events" }).getByRole("listitem");
  for (const reason of ["Scheduled", "Pulled", "Created", "Started"])
    await expect(events.filter({ hasText: reason }).first()).toBeVisible();
  expect(told).toContain(`/sandbox/v1/pods/${namespace}/${name}`);
  expect(told).not.toContain("/sandbox/v1/pods"); // Other pods are not read for one.
  await page.getByRole("tab", { name: "Containers" }).click();
  for (const command of [
    `sandbox logs ${name}`,
    `kubectl --context flyte-sandbox logs -n ${namespace} ${name}`,
    `kubectl --context flyte-sandbox describe pod -n ${namespace} ${name}`,
  ])
    await expect(page.getByText(command)).toBeVisible();
  expect(sandbox("logs", name).length).toBeGreaterThan(0);
});
