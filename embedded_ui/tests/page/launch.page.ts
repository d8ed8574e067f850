import { createHash, randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { appendFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { APIRequestContext, Page } from "@playwright/test";
import { bytesOf, decode } from "../../src/feature/literal/msgpack";
import { facts } from "./support/facts";
import { abort, at, gate, type Json, launch, phase, read } from "./support/runs";
import { expect, test } from "./support/test";

// What a person does with forms. The literals that arrive are compared with those that `pyflyte run` sent for the same
// values; tests/data/values.py recorded them.
test.describe.configure({ timeout: 180_000 });
const { project, domain, version } = facts.forms;
interface Recorded {
  values: Record<string, { words: string | null; literal: Record<string, unknown> }>;
}
const recorded: Recorded = JSON.parse(readFileSync(new URL("../data/values.json", import.meta.url), "utf8"));

const MIB = 1024 * 1024;

const runOf = (page: Page): string => new URL(page.url()).pathname.split("/").at(-1) ?? "";

/** JSON of protobuf without what says "not set". */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (value === null || typeof value !== "object") return value;
  const set = Object.entries(value).filter(
    ([key, each]) =>
      each !== null &&
      !(key === "hash" && each === "") &&
      !(key === "metadata" && Object.values(each).every((v) => v === null)),
  );
  return Object.fromEntries(set.map(([key, each]) => [key, plain(each)]));
}

async function pressLaunch(page: Page): Promise<{ name: string; body: Json }> {
  const sent = page.waitForRequest((request) => request.method() === "POST" && request.url().endsWith("/executions"));
  await page.getByRole("button", { name: "Launch", exact: true }).click();
  const body = (await sent).postDataJSON();
  await expect(page).toHaveURL(/\/executions\/[a-z0-9]+$/);
  return { name: runOf(page), body };
}

type Literals = Record<string, { scalar?: { binary?: { value: string } } }>;

/** The literals that a run of `every_type` got are those that pyflyte sent. */
async function expectRecorded(request: APIRequestContext, name: string): Promise<void> {
  const data = await read(request, `/api/v1/data/executions/${project}/${domain}/${name}`);
  await abort(request, name);
  const { literals } = data["fullInputs"] as { literals: Literals };
  expect(Object.keys(literals).sort()).toEqual(Object.keys(recorded.values).sort());
  // The order of a dataclass's fields is not in its type, so neither is that of its bytes.
  const fields = (literal: Literals[string] | undefined) => decode(bytesOf(literal?.scalar?.binary?.value ?? ""));
  for (const [input, { literal }] of Object.entries(recorded.values))
    if (input === "shape") expect.soft(fields(literals[input])).toEqual(fields(literal));
    else expect.soft(plain(literals[input]), input).toEqual(plain(literal));
}

test("values of every type arrive as pyflyte run sends them", async ({ page, request }) => {
  const words = Object.entries(recorded.values).filter(([, { words }]) => words !== null);
  const isJson = (name: string, text: string) =>
    /^(?:[[{]|-?\d+(\.\d+)?$|true$)/.test(text) && !["text", "spaces", "day"].includes(name);
  const json = words.map(([name, { words: text }]) => {
    const value = text ?? "";
    return `${JSON.stringify(name)}: ${isJson(name, value) ? value : JSON.stringify(value)}`;
  });
  await page.goto(`${at}/tasks/every_type.every_type/launch?version=${version}`);
  await page.getByText("JSON", { exact: true }).click();
  await page.getByLabel("Inputs: JSON").fill(`{${json.join(",\n")}}`);
  await expectRecorded(request, (await pressLaunch(page)).name);
});

test("values of every type arrive as pyflyte run sends them when each is given in its own field", async ({
  page,
  request,
}) => {
  await page.goto(`${at}/tasks/every_type.every_type/launch?version=${version}`);
  const form = page.locator("form");
  const button = (name: string) => form.getByRole("button", { name, exact: true });
  const field = (name: string) => form.getByLabel(new RegExp(`^${name.replaceAll(/[.[\]]/g, "\\$&")}( \\(|$)`));
  const group = (name: string) => form.getByRole("group", { name, exact: true });
  const add = (name: string) => group(name).getByRole("button", { name: "Add", exact: true }).last().click();
  const type = (name: string) => form.getByLabel(`${name}: Type`, { exact: true });
  const words = (name: string) => recorded.values[name]?.words ?? "";

  for (const name of ["integer", "big", "real", "infinite", "text", "spaces", "day", "span"])
    await field(name).fill(words(name));
  for (const name of ["file", "csv", "folder", "frame", "table"]) await field(name).fill(words(name));
  await form.getByRole("radiogroup", { name: "truth" }).getByText("True").click();
  await field("when").fill("2026-11-29 14:00");
  await form.getByLabel("when: Time zone").selectOption("Asia/Seoul");
  for (const name of ["colour", "mode"]) await field(name).selectOption(words(name));
  await field("loose").fill(words("loose"));

  await field("point.x").fill("3");
  await field("point.y").fill("2.0");
  await field("shape.name").fill("tri");
  await field("shape.at.x").fill("1");
  await field("shape.at.y").fill("0.25");
  await add("shape.path");
  await field("shape.path[0].x").fill("1");
  await field("shape.path[0].y").fill("0.5");
  await add("shape.tags");
  await form.getByLabel("shape.tags[0]: Key").fill("k");
  await field("shape.tags[k]").fill("v");
  await field("shape.big").fill("9007199254740993");
  await field("shape.colour").selectOption("green");
  await form.getByRole("radiogroup", { name: "shape.closed" }).getByText("True").click();

  for (const [at, value] of ["3", "2", "1"].entries()) {
    await add("numbers");
    await field(`numbers[${at}]`).fill(value);
  }
  await button("Move numbers[2] up").click();
  await group("grid").getByRole("button", { name: "Paste several" }).click();
  await form.getByLabel("grid: Paste several").fill(words("grid"));
  await button("Put in").click();
  for (const [at, [key, value]] of [
    ["one", "1"],
    ["two", "2"],
  ].entries()) {
    await add("counts");
    await form.getByLabel(`counts[${at}]: Key`).fill(key ?? "");
    await field(`counts[${key}]`).fill(value ?? "");
  }
  await add("series");
  await form.getByLabel("series[0]: Key").fill("s");
  for (const [at, value] of ["0.5", "1.0"].entries()) {
    await add("series[s]");
    await field(`series[s][${at}]`).fill(value);
  }
  await add("points");
  await field("points[0].x").fill("1");
  await field("points[0].y").fill("1.0");
  await add("places");
  await form.getByLabel("places[0]: Key").fill("home");
  await field("places[home].x").fill("7");
  await field("places[home].y").fill("1.25");

  for (const name of ["maybe", "maybe_point", "maybe_list", "maybe_file"])
    await page
      .locator(`div:has(> div > label[for="field-${name}"])`)
      .getByRole("button", { name: "Give a value" })
      .click();
  await field("maybe").fill("5");
  await field("maybe_point.x").fill("3");
  await field("maybe_point.y").fill("2.0");
  await add("maybe_list");
  await field("maybe_list[0]").fill("a");
  await field("maybe_file").fill(words("maybe_file"));
  await type("either").selectOption("int");
  await field("either").fill("7");
  await type("either_text").selectOption("str");
  await field("either_text").fill("seven");
  await type("either_list").selectOption("list[int]");
  for (const [at, value] of ["7", "8"].entries()) {
    await add("either_list");
    await field(`either_list[${at}]`).fill(value);
  }
  await expectRecorded(request, (await pressLaunch(page)).name);
});

test("a wrong value is named at its field before anything is sent", async ({ page }) => {
  await page.goto(`${at}/tasks/every_type.named/launch?version=${version}`);
  const cases: [label: string, value: string, message: string][] = [
    ["n (int)*", "1.5", "n has to be a whole number."],
    ["n (int)*", "9223372036854775808", "n is outside -2^63 … 2^63-1."],
    ["point.x", "x", "point.x has to be a whole number."],
    ["point.y", "1,5", "point.y has to be a number, inf or nan."],
    ["when (datetime)*", "2026-02-30", "when has to be a time, such as 2026-11-29 14:00, or now."],
    ["when (datetime)*", "12000-01-01", "when is outside the years 1 … 9999."],
  ];
  for (const [label, value, message] of cases) {
    const field = page.getByLabel(label, { exact: true });
    const before = await field.inputValue();
    await field.fill(value);
    await expect(page.getByText(message)).toBeVisible();
    await expect(field).toHaveAttribute("aria-invalid", "true");
    await field.fill(before);
  }
  const posts: string[] = [];
  page.on("request", (request) => {
    if (request.method() === "POST") posts.push(request.url());
  });
  await page.getByLabel("n (int)*", { exact: true }).fill("1");
  await page.getByRole("button", { name: "Launch", exact: true }).click();
  await expect(page.getByText("point.x needs a value.")).toBeVisible();
  await expect(page.getByLabel("point.x", { exact: true })).toBeFocused();
  expect(posts).toEqual([]);
});

test.describe("refusals", () => {
  test.use({ expected: [/status of 400/] });
  test("what the server refuses stands at the field that it names", async ({ page }) => {
    await page.goto(`${at}/workflows/every_type.defaults/launch?version=${version}`);
    await expect(page.getByLabel("n (int)", { exact: true })).toHaveValue("500");
    await page.getByText("Advanced").click();
    await page.getByRole("group", { name: "Labels" }).getByRole("button", { name: "Add" }).click();
    await page.getByLabel("Labels 1: Key").fill("not a label");
    await page.getByRole("button", { name: "Launch", exact: true }).click();
    const labels = page.getByRole("group", { name: "Labels" });
    await expect(labels).toContainText("invalid label key [not a label]");
    await expect(labels).toBeFocused();
    await expect(page.getByRole("alert")).toHaveCount(0);
    await expect(page.getByLabel("Labels 1: Key")).toHaveValue("not a label");

    await page.getByLabel("Labels 1: Key").fill("label");
    await expect(labels).not.toContainText("invalid label key");
    await page.getByRole("group", { name: "Labels" }).getByRole("button", { name: "Add" }).click();
    await page.getByLabel("Labels 2: Key").fill("label");
    await page.getByRole("button", { name: "Launch", exact: true }).click();
    await expect(labels).toContainText("has the key label twice");
    await expect(labels).toBeFocused();
  });
});

test("a half-filled form outlives a reload", async ({ page }) => {
  await page.goto(`${at}/tasks/every_type.named/launch?version=${version}`);
  await page.getByLabel("point.x", { exact: true }).fill("77");
  await page.reload();
  await expect(page.getByLabel("point.x", { exact: true })).toHaveValue("77");
  await page.getByRole("button", { name: "Begin anew" }).click();
  await expect(page.getByLabel("point.x", { exact: true })).toHaveValue("");
});

test("each entity keeps its own draft, through other pages and another version", async ({ page }) => {
  const { version: first, next } = facts.graphs;
  const n = page.getByLabel("n (int)*", { exact: true });
  await page.goto(`${at}/workflows/graphs.compared`);
  await page.getByRole("button", { name: "Launch Workflow" }).click();
  await n.fill("41");
  await page.keyboard.press("Escape");
  await expect(page.getByText(/^Leave the form\?/)).toBeVisible();
  await page.getByRole("button", { name: "Close", exact: true }).last().click();
  await expect(n).toBeHidden();

  await page.goto(`${at}/workflows/graphs.kinds/launch`);
  await expect(n).toHaveValue("");
  await n.fill("14");
  await page.goto(`${at}/workflows/graphs.compared/launch?version=${first}`);
  await expect(page.getByText("A half-filled form was kept from before.")).toBeVisible();
  await expect(n).toHaveValue("41");
  await page.getByLabel("Version", { exact: true }).selectOption(next);
  await expect(n).toHaveValue("41");
  await page.goto(`${at}/workflows/graphs.kinds/launch`);
  await expect(n).toHaveValue("14");
});

test("a large file of this computer gets into the object store byte for byte, or not at all", async ({ page }) => {
  const folder = await mkdtemp(join(tmpdir(), "upload-"));
  const path = join(folder, "my data.bin");
  const piece = randomBytes(MIB);
  const md5 = createHash("md5");
  for (let i = 0; i < 300; ++i) {
    piece.writeUInt32LE(i);
    md5.update(piece);
    await appendFile(path, piece);
  }
  await page.goto(`${at}/tasks/every_type.every_type/launch?version=${version}`);
  const address = page.getByLabel("file (file)*", { exact: true });
  const choose = () => page.getByLabel("file: Choose a file", { exact: true }).setInputFiles(path);
  const progress = page.getByRole("progressbar", { name: "my data.bin" });

  const network = await page.context().newCDPSession(page);
  const limit = (uploadThroughput: number) =>
    network.send("Network.emulateNetworkConditions", {
      offline: false,
      latency: 0,
      downloadThroughput: -1,
      uploadThroughput,
    });
  await network.send("Network.enable");
  await limit(10 * MIB);
  await choose();
  await expect(page.getByText(/^[1-9][0-9.]* (KiB|MiB) of 300 MiB$/)).toBeVisible();
  await page.locator("span", { has: progress }).last().getByRole("button", { name: "Cancel" }).click();
  await expect(progress).toBeHidden();
  await expect(address).toHaveValue("");

  await limit(-1);
  await choose();
  await expect(address).toHaveValue(/^s3:/, { timeout: 60_000 });
  const uri = await address.inputValue();
  expect(uri).toMatch(new RegExp(`^s3://my-s3-bucket/${project}/${domain}/[0-9a-f]{16}/my data\\.bin$`));
  const stored = await page.request.get(`/sandbox/v1/objects/head?uri=${encodeURIComponent(uri)}`);
  const { size, etag } = await stored.json();
  expect(size).toBe(300 * MIB);
  expect(etag.replaceAll('"', "")).toBe(md5.digest("hex"));
  await rm(folder, { recursive: true });
});

test("a file that is chosen in the page reaches the task byte for byte", async ({ page, request }) => {
  const folder = await mkdtemp(join(tmpdir(), "upload-"));
  const path = join(folder, "data.bin");
  const bytes = randomBytes(3 * MIB + 17);
  await appendFile(path, bytes);
  await page.goto(`${at}/workflows/usage.digested/launch?version=${version}`);
  await page.getByLabel("file: Choose a file", { exact: true }).setInputFiles(path);
  await expect(page.getByLabel("file (file)*", { exact: true })).toHaveValue(/^s3:/);
  const { name } = await pressLaunch(page);
  await expect.poll(() => phase(request, name), { timeout: 120_000 }).toBe("SUCCEEDED");
  await page.getByRole("tab", { name: "Inputs and outputs" }).click();
  const md5 = createHash("md5").update(bytes).digest("hex");
  await expect(page.getByRole("tabpanel").getByText(md5)).toBeVisible();
  await rm(folder, { recursive: true });
});

test("terminate with a reason, relaunch, recover and archive send what upstream's console sends", async ({
  page,
  request,
}) => {
  const id = (name: string) => ({ project, domain, name });
  const name = await launch(request, "gates.asked", {}, { labels: { values: { a: "b" } } });
  await page.goto(`${at}/executions/${name}`);

  await page.getByRole("button", { name: "Terminate" }).click();
  const dialog = page.getByRole("dialog");
  await expect(dialog.getByLabel("Reason")).toHaveValue("Terminated from UI");
  await dialog.getByLabel("Reason").fill("not needed");
  const ended = page.waitForRequest((each) => each.method() === "DELETE");
  await dialog.getByRole("button", { name: "Terminate" }).click();
  expect((await ended).postDataJSON()).toEqual({ cause: "not needed" });
  const recover = page.getByRole("button", { name: "Recover" });
  await expect(recover).toBeVisible();
  const aborted = await read(request, `/api/v1/executions/${project}/${domain}/${name}`);
  expect(aborted["closure"]).toMatchObject({ phase: "ABORTED", abortMetadata: { cause: "not needed" } });

  const recovered = page.waitForRequest((each) => each.url().endsWith("/executions/recover"));
  await recover.click();
  expect((await recovered).postDataJSON()).toEqual({ id: id(name), name: "" });
  await expect.poll(() => runOf(page)).not.toBe(name);
  await abort(request, runOf(page));

  await page.goto(`${at}/executions/${name}`);
  await page.getByRole("link", { name: "Relaunch" }).click();
  const again = await pressLaunch(page);
  expect(again.body).toEqual({
    project,
    domain,
    spec: {
      launchPlan: { resourceType: "LAUNCH_PLAN", ...id("gates.asked"), version },
      inputs: { literals: {} },
      metadata: { principal: "console", referenceExecution: id(name) },
      labels: { values: { a: "b" } },
      annotations: { values: {} },
      maxParallelism: (aborted["spec"] as { maxParallelism: number }).maxParallelism,
    },
  });
  await abort(request, again.name);

  await page.goto(`${at}/executions/${name}`);
  const archived = page.waitForRequest((each) => each.method() === "PUT");
  await page.getByRole("button", { name: "More actions" }).first().click();
  await page.getByRole("menuitem", { name: "Archive" }).click();
  expect((await archived).postDataJSON()).toEqual({ id: id(name), state: "EXECUTION_ARCHIVED" });
  await page.getByRole("button", { name: "More actions" }).first().click();
  await expect(page.getByRole("menuitem", { name: "Unarchive" })).toBeVisible();
});

/** A run of a workflow that waits for a person, with its page opened at the gate. */
async function waiting(page: Page, request: APIRequestContext, workflow: string): Promise<string> {
  const name = await launch(request, workflow, workflow === "gates.approved" ? { n: 4 } : {});
  await page.goto(`${at}/executions/${name}?node=${await gate(request, name)}`);
  return name;
}

test("a gate takes the value that it asks for, and refuses another at the field", async ({ page, request }) => {
  const name = await waiting(page, request, "gates.asked");
  const form = page.getByRole("form", { name: "Resume Paused Execution" });
  await form.getByLabel("Signal Input (int)").fill("many");
  await form.getByRole("button", { name: "Resume" }).click();
  await expect(form.getByText("Signal Input has to be a whole number.")).toBeVisible();
  await form.getByLabel("Signal Input (int)").fill("42");
  await form.getByRole("button", { name: "Resume" }).click();
  await expect(form).toBeHidden();
  await expect.poll(() => phase(request, name)).toBe("SUCCEEDED");
});

for (const [word, end] of [
  ["Approve", "SUCCEEDED"],
  ["Reject", "FAILED"],
] as const)
  test(`a gate is answered with ${word}`, async ({ page, request }) => {
    const name = await waiting(page, request, "gates.approved");
    await page.getByRole("form", { name: "Resume Paused Execution" }).getByRole("button", { name: word }).click();
    await expect.poll(() => phase(request, name)).toBe(end);
  });

test("a gate is answered from the graph", async ({ page, request }) => {
  const name = await launch(request, "gates.approved", { n: 4 });
  const node = await gate(request, name);
  await page.goto(`${at}/executions/${name}?tab=graph`);
  await page.locator(`[data-box="${node}"]`).click();
  await page.getByRole("form", { name: "Resume Paused Execution" }).getByRole("button", { name: "Approve" }).click();
  await expect.poll(() => phase(request, name)).toBe("SUCCEEDED");
  await expect(page.locator(`[data-box="${node}"]`)).toHaveAccessibleName(/, succeeded/);
});

test("what needs an answer is found on Home and answered behind its link", async ({ page, request }) => {
  const name = await launch(request, "gates.asked");
  await gate(request, name);
  await page.goto("/console/");
  await page.locator("section", { hasText: "Needs you" }).locator(`a[href*="/executions/${name}"]`).click();
  const form = page.getByRole("form", { name: "Resume Paused Execution" });
  await form.getByLabel("Signal Input (int)").fill("7");
  await form.getByRole("button", { name: "Resume" }).click();
  await expect.poll(() => phase(request, name)).toBe("SUCCEEDED");
  await page.goto("/console/");
  await expect(page.getByRole("heading", { name: "Needs you" })).toBeVisible();
  await expect(page.locator("section", { hasText: "Needs you" }).locator(`a[href*="${name}"]`)).toHaveCount(0);
});
