import type { APIRequestContext, Page } from "@playwright/test";
import { facts, tutorialNode } from "../page/support/facts";
import { PAGES } from "../page/support/pages";
import { count, settled } from "../page/support/requests";
import { at, ended, gate, launch, launchMap, phase } from "../page/support/runs";
import { expect, test } from "../page/support/test";

// Pictures of every page and state for somebody to look at: tests/page/run.py --shots writes them, and a sheet of all,
// into build/page/shots.
test.describe.configure({ timeout: 300_000 });
test.use({ expected: [/./] });
const OUT = `${process.env["PAGE_OUT"]}/shots`;
const WIDTHS = [360, 768, 1280, 1920];

interface State {
  path: (request: APIRequestContext) => Promise<string>;
  /** What a person does before the picture. */
  act?: (page: Page) => Promise<void>;
}

const still = (path: string): State => ({ path: async () => path });

async function waiting(request: APIRequestContext): Promise<string> {
  const name = await launch(request, "gates.approved", { n: 4 });
  return `${at}/executions/${name}?node=${await gate(request, name)}`;
}

async function aborted(request: APIRequestContext): Promise<string> {
  const name = await launch(request, "gates.asked");
  await gate(request, name);
  await request.delete(`/api/v1/executions/${at.split("/")[3]}/${at.split("/")[5]}/${name}`, { data: { cause: "no" } });
  await expect.poll(() => phase(request, name)).toBe("ABORTED");
  return `${at}/executions/${name}`;
}

async function outOfMemory(request: APIRequestContext): Promise<string> {
  const name = await launch(request, "usage.out_of_memory");
  await ended(request, { project: facts.forms.project, domain: facts.forms.domain, name });
  return `${at}/executions/${name}`;
}

async function failedMap(request: APIRequestContext): Promise<string> {
  const name = await launchMap(request, "graphs.counted", [0, 3]);
  await ended(request, { project: facts.forms.project, domain: facts.forms.domain, name });
  return `${at}/executions/${name}`;
}

/** One that ran out of memory, one at a gate, and three that want more memory than there is; they hold it to the end. */
async function busy(request: APIRequestContext): Promise<string> {
  await outOfMemory(request);
  await waiting(request);
  for (let each = 0; each < 3; each += 1) await launch(request, "waits.memory");
  return "/console/";
}

const STATES: Record<string, State> = {
  ...Object.fromEntries(Object.entries(PAGES).map(([name, path]) => [name, still(path)])),
  "execution, waiting for a gate": { path: waiting },
  "execution, graph": { path: async (request) => `${(await waiting(request)).split("?")[0]}?tab=graph` },
  "execution, aborted": { path: aborted },
  "execution, out of memory": { path: outOfMemory },
  "execution, memory": { path: async (request) => `${await outOfMemory(request)}?tab=resources` },
  "execution, map that failed": { path: failedMap },
  "execution, panel of a map": { path: async (request) => `${await failedMap(request)}?tab=graph&node=n0` },
  "execution, panel of an item": { path: async (request) => `${await failedMap(request)}?node=n0&item=0` },
  "execution, graph of every kind": still(`${at}/executions/${facts.graphs.kinds}?tab=graph`),
  "execution, log of all": still(`${PAGES["execution"]}?tab=logs`),
  "execution, resources": still(`${PAGES["execution"]}?tab=resources`),
  "execution, panel with the log": still(`${PAGES["execution"]}?node=${tutorialNode}&panel=logs`),
  "execution, panel with attempts": still(`${PAGES["execution"]}?node=${tutorialNode}&panel=attempts`),
  "launch, mistakes": {
    path: async () => PAGES["launch"] ?? "",
    act: async (page) => {
      await page.getByLabel("n (int)*").fill("1.5");
      await page.getByRole("button", { name: "Launch", exact: true }).click();
    },
  },
  "pod, events": still(`${PAGES["pod"]}?tab=events`),
  "pod, containers": still(`${PAGES["pod"]}?tab=containers`),
  "home, busy": { path: busy },
  palette: { path: async () => PAGES["tasks"] ?? "", act: (page) => page.keyboard.press("Control+k") },
};

const file = (name: string): string => name.replace(/[^a-z0-9]+/g, "-");

for (const [name, { path, act }] of Object.entries(STATES)) {
  test(name, async ({ browser, request }) => {
    const address = await path(request);
    const looks = WIDTHS.flatMap((width) => [
      { width, colorScheme: "light" as const, locale: "en-US" },
      { width, colorScheme: "dark" as const, locale: "en-US" },
    ]);
    for (const { width, colorScheme, locale } of [
      ...looks,
      { width: 1280, colorScheme: "light" as const, locale: "ko-KR" },
    ]) {
      const page = await browser.newPage({ viewport: { width: 1280, height: 900 }, colorScheme, locale });
      const seen = count(page);
      await page.goto(address);
      await settled(page, seen);
      // Now only: a narrow page without the navigation may follow nothing, so it has no stream that tells it is settled.
      await page.setViewportSize({ width, height: width < 500 ? 760 : 900 });
      if (locale === "en-US") await act?.(page);
      const language = locale.slice(0, 2);
      await page.screenshot({ path: `${OUT}/${file(name)}-${width}-${colorScheme}-${language}.png`, caret: "hide" });
      await page.close();
    }
  });
}
