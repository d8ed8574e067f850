import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import type { FrameLocator, Locator, Page } from "@playwright/test";
import { facts } from "./support/facts";
import { expect, test } from "./support/test";

// What tests/data/outputs.py wrote: values, files, a deck. All tests look at one run, the first waits for its end.
const { project, domain, execution } = facts.outputs;
const RUN = `/console/projects/${project}/domains/${domain}/executions/${execution}`;
const HOSTILE = "<script>document.title='owned'</script> \u202egnirts \u0007 javascript:alert(1)";

test.beforeAll(async ({ playwright }) => {
  test.setTimeout(600_000);
  const request = await playwright.request.newContext({ baseURL: facts.base });
  const phase = async () => {
    const answer = await request.get(`/api/v1/executions/${project}/${domain}/${execution}`);
    return (await answer.json()).closure.phase;
  };
  await expect.poll(phase, { timeout: 580_000, intervals: [1000] }).not.toMatch(/^(UNDEFINED|QUEUED|RUNNING)$/);
  expect(await phase()).toBe("SUCCEEDED");
  await request.dispose();
});

/** Lines of Python, run as the page says: what they print. */
async function python(code: string): Promise<string> {
  const file = path.join(mkdtempSync(path.join(tmpdir(), "page-python-")), "value.py");
  writeFileSync(file, code);
  const { stdout } = await promisify(execFile)(facts.executable, ["exec", "--", facts.python, file]);
  return stdout;
}

/** The panel of a node with its inputs or outputs. */
async function openValues(page: Page, node: string, side: "inputs" | "outputs"): Promise<Locator> {
  await page.goto(`${RUN}?node=${node}&panel=${side}`);
  return page.getByRole("complementary");
}

/** One value of a list: its name, its tree and what was opened below it. */
const named = (list: Locator, name: string): Locator =>
  list
    .locator("dl > div")
    .filter({ has: list.page().locator("dt > span:first-child").getByText(name, { exact: true }) });

async function choose(value: Locator, what: string): Promise<void> {
  await value.getByRole("button", { name: "More actions" }).click();
  await value.page().getByRole("menuitem", { name: what, exact: true }).click();
}

/** What the Python shown for a value is followed by, where not all of it is to be printed. */
const PRINT: Record<string, string> = {
  frame: "print(value['id'].tolist())",
  large: "print(len(value), value[-1][:6])",
};

test("values are shown as they are, and the Python shown for them reads the same", async ({ page }) => {
  test.setTimeout(180_000);
  const panel = await openValues(page, "n1", "outputs");
  const shown: Record<string, string> = {
    whole: "9007199254740993",
    number: "0.1",
    undefined: "nan",
    nothing: "none",
    empty: "[]",
  };
  for (const [name, text] of Object.entries(shown)) await expect(named(panel, name).locator("dd")).toHaveText(text);
  await expect(named(panel, "text").locator("dd")).toHaveText(HOSTILE);
  await expect(named(panel, "options").locator("dd")).toContainText("lr0.5");
  await expect(named(panel, "options").locator("dd")).toContainText("big9007199254740993");
  await expect(named(panel, "names").locator("dd")).toContainText("<b>key</b>");
  await expect(named(panel, "many").locator("dd")).toContainText("4,950 more");
  await expect(named(panel, "large").locator("dd")).toContainText("large_offloaded_metadata.pb");

  const code: string[] = ["import json"];
  for (const name of ["whole", "number", "undefined", "text", "options", "names", "many", "frame", "large"]) {
    const value = named(panel, name);
    await choose(value, "Python");
    const lines = await value
      .getByRole("region", { name: `Python that reads ${name}` })
      .locator("pre")
      .textContent();
    code.push(lines ?? "", PRINT[name] ?? "print(json.dumps(value))");
    await value.getByRole("button", { name: "Close" }).click();
  }
  const printed = (await python(code.join("\n"))).trim().split("\n");
  expect(printed.slice(0, 3)).toEqual(["9007199254740993", "0.1", "NaN"]);
  expect(JSON.parse(printed[3] ?? "")).toBe(HOSTILE);
  expect(printed[4]).toContain('"big": 9007199254740993');
  expect(JSON.parse(printed[5] ?? "")).toEqual({ "<b>key</b>": HOSTILE });
  expect(JSON.parse(printed[6] ?? "")).toHaveLength(5000);
  expect(printed[7]).toBe("[1, 2, 3]");
  expect(printed[8]).toBe("3072 3071 x");
  await expect(page).not.toHaveTitle(/owned/);
});

test("files are shown in place, each as what it is", async ({ page }) => {
  test.setTimeout(120_000);
  const panel = await openValues(page, "n0", "outputs");
  const preview = async (name: string): Promise<Locator> => {
    const value = named(panel, name);
    await choose(value, "Preview");
    return value.getByRole("region", { name: /^Preview of/ });
  };
  for (const [name, codec] of [
    ["snappy", "snappy"],
    ["zstd", "zstd"],
    ["packed", "gzip"],
  ] as const) {
    const shown = await preview(name);
    await expect(shown.getByText(`1,500 rows · 4 columns · ${codec}`)).toBeVisible();
    await expect(shown.getByRole("cell", { name: "9007199254740993", exact: true })).toBeVisible();
    await expect(shown.getByRole("row")).toHaveCount(101);
  }
  // Sorted in view: the largest of those that are shown is first.
  const zstd = await preview("zstd");
  for (let i = 0; i < 2; i++) await zstd.getByRole("button", { name: /^id/ }).click();
  await expect(zstd.getByRole("row").nth(1).getByRole("cell").first()).toHaveText("99");

  const brotli = await preview("brotli");
  await expect(brotli.getByText("packed with brotli")).toBeVisible();
  await expect(brotli.getByText("FlyteFile)")).toBeVisible();
  await expect((await preview("table")).getByRole("cell", { name: "<script>alert(1)</script>" })).toBeVisible();
  const document = await preview("document");
  await expect(document.getByText("9007199254740993")).toBeVisible();
  await expect(document.getByText("<b>bold</b>")).toBeVisible();
  await expect((await preview("lines")).getByText("2 entries")).toBeVisible();
  const text = (await preview("text")).locator("pre");
  await expect(text).toContainText(HOSTILE);
  await expect(text).toContainText("두 번째 줄");
  for (const [name, width] of [
    ["picture", 64],
    ["drawing", 40],
  ] as const) {
    const image = (await preview(name)).getByRole("img");
    await expect.poll(() => image.evaluate((each: HTMLImageElement) => each.naturalWidth)).toBe(width);
  }
  await preview("page");
  await expect(page.frameLocator("iframe").getByRole("heading", { name: "report" })).toBeVisible();
  await expect((await preview("other")).locator("pre")).toContainText("0000  00 01 02");
  await expect((await preview("folder")).getByText("3 objects, 21 B")).toBeVisible();
  await expect(page).not.toHaveTitle(/owned|page ran/);
});

test("an input leads to the output that it was made of", async ({ page }) => {
  const panel = await openValues(page, "n1", "inputs");
  const value = named(panel, "folder");
  await choose(value, "Where it comes from");
  await value.getByRole("link", { name: "files: folder" }).click();
  await expect(page).toHaveURL(/node=n0&panel=outputs/);
  await expect(named(panel, "folder")).toBeVisible();
});

test.describe("decks", () => {
  // The browser says in its console what it refused the deck; flytekit's frame of decks asks for a font, which https may.
  test.use({ expected: [/^console: |fonts\.googleapis\.com/] });

  async function outcomes(deck: FrameLocator | Page): Promise<string[]> {
    await expect(deck.locator("#tried li", { hasText: "form:" })).toBeAttached();
    return deck.locator("#tried li").allInnerTexts();
  }
  const REFUSED = ["read", "blind", "write", "remove", "store", "picture", "parent", "cookies", "storage"];

  test("a deck is shown in place, and nothing that it tries arrives", async ({ page, context }) => {
    const arrived: string[] = [];
    context.on("response", (answer) => {
      // The page itself has the machine looked at when that was long ago.
      const own = answer.url().endsWith("/sandbox/v1/doctor");
      if (answer.url().includes("from-the-deck") || (answer.request().method() === "POST" && !own))
        arrived.push(answer.url());
    });
    await page.goto(`${RUN}?node=n0&panel=deck`);
    const frame = page.frameLocator("iframe[title='Deck of files']");
    expect(await outcomes(frame)).toEqual([...REFUSED.map((what) => `${what}: refused`), "form: sent"]);
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    await expect(page.getByRole("tab", { name: "Deck" })).toBeVisible();

    const own = context.waitForEvent("page");
    await page.getByRole("link", { name: "Open in a tab of its own" }).click();
    expect(await outcomes(await own)).toEqual([...REFUSED.map((what) => `${what}: refused`), "form: sent"]);
    expect(arrived).toEqual([]);
    const answer = await page.request.get(`/api/v1/executions/${project}/${domain}?limit=100`);
    expect(JSON.stringify(await answer.json())).not.toContain("from-the-deck");
  });

  test("a deck that is written again is loaded again", async ({ page }) => {
    test.setTimeout(120_000);
    await page.goto(`${RUN}/nodeId/n0/taskId/t/attempt/0/view/flytedecks`); // as upstream's console called it
    await expect(page).toHaveURL(`${RUN}?node=n0&attempt=0&panel=deck`);
    const frame = page.frameLocator("iframe[title='Deck of files']");
    await outcomes(frame);
    const run = await (await page.request.get(`/sandbox/v1/runs/${project}/${domain}/${execution}`)).json();
    const uri: string = run.nodes.find(({ id }: { id: string }) => id === "n0").deck;
    await python(`import os, fsspec
store = fsspec.filesystem("s3", endpoint_url=os.environ["AWS_ENDPOINT_URL"])
store.pipe("${uri}", b"<p>the second deck</p>")
`);
    await expect(frame.getByText("the second deck")).toBeVisible();
  });
});

test("objects: through the folders, upload, preview, download, delete", async ({ page }) => {
  await page.goto("/console/objects");
  await page.getByRole("link", { name: "my-s3-bucket", exact: true }).click();
  await expect(page.getByRole("link", { name: "metadata/" })).toBeVisible();

  const name = `${HOSTILE.replaceAll("/", "").slice(0, 60)}.csv`;
  const content = "a,b\n1,<i>x</i>\n";
  const chooser = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: "Upload…" }).click();
  await (await chooser).setFiles({ name, mimeType: "text/csv", buffer: Buffer.from(content) });
  const beside = page.getByRole("complementary");
  await expect(beside.getByRole("heading", { level: 2 })).toHaveText(name);
  await expect(beside.getByRole("cell", { name: "<i>x</i>" })).toBeVisible();
  await expect(page.getByRole("table", { name: "Objects in this folder" }).getByRole("link")).toHaveText([name]);

  const download = page.waitForEvent("download");
  await beside.getByRole("button", { name: "Download" }).click();
  expect(readFileSync(await (await download).path(), "utf8")).toBe(content);

  await beside.getByRole("button", { name: "Delete…" }).click();
  const dialog = page.getByRole("dialog");
  const button = dialog.getByRole("button", { name: "Delete", exact: true });
  await expect(button).toHaveAttribute("aria-disabled", "true");
  await dialog.getByLabel("Name of the object").fill(name);
  await button.click();
  await expect(beside).toHaveCount(0);
  await expect(page).not.toHaveTitle(/owned/);
});

test("an object says who wrote it, and the platform's own is not deleted", async ({ page }) => {
  const panel = await openValues(page, "n0", "outputs");
  const uri = await named(panel, "table").locator("dd").textContent();
  await page.goto(`/console/objects/${(uri ?? "").trim().slice("s3://".length)}`);
  const beside = page.getByRole("complementary");
  await beside.getByRole("link", { name: `${execution}/n0` }).click();
  await expect(page).toHaveURL(new RegExp(`/executions/${execution}\\?node=n0`));

  const own = `my-s3-bucket/metadata/propeller/${project}-${domain}-${execution}/n0/data/0/outputs.pb`;
  await page.goto(`/console/objects/${own}`);
  await expect(beside.getByText("Binary,")).toBeVisible();
  await expect(beside.getByRole("button", { name: "Delete…" })).toHaveAttribute("aria-disabled", "true");
});
