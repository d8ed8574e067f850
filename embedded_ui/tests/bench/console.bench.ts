import { facts } from "../page/support/facts";
import { PAGES } from "../page/support/pages";
import { count, settled } from "../page/support/requests";
import { at, ended, launch } from "../page/support/runs";
import { expect, test } from "../page/support/test";
import {
  firstPaint,
  inWindow,
  longTasks,
  median,
  quantile,
  report,
  scrollThrough,
  untilOpened,
  untilShown,
} from "./measures";

// What a person waits for, against a page of the same server that has nothing but a line of text, in the same run.
const RUNS = 9;
/**
 * A line of text with the page's headers. One of them gives the page a process of its own, which the browser has to start:
 * that is no work of the page, and BARE_SHARED, a line of text without it, does not wait for it.
 */
const BARE = "/console/assets/none.txt";
const BARE_SHARED = "/sandbox/v1/version";
const ROWS = 50;
const CHANGES = 30;
const EVENTS = 200;
const LIST = `${at}/executions`;
const { graphs } = facts;
const times = async (work: () => Promise<number>): Promise<number> => {
  const all: number[] = [];
  for (let run = 0; run < RUNS; run += 1) all.push(await work());
  return median(all);
};

// The containers of all that was launched have ended: what is measured is the browser and the server, not they.
let talk = "";
test.beforeAll(async ({ request }) => {
  const { project, domain } = facts.forms;
  talk = await launch(request, "usage.talk");
  const names: string[] = [talk];
  for (let row = 0; row < ROWS; row += 1) names.push(await launch(request, "gates.counted", { n: row }));
  for (const name of names) await ended(request, { project, domain, name }, 500_000);
  for (const name of [graphs.kinds, graphs.siblings, graphs.items, graphs.bad, facts.outputs.execution])
    await ended(request, { project, domain, name }, 500_000);
});

test("from the address to the eye", async ({ browser }) => {
  const bare = await times(() => firstPaint(browser, BARE));
  const shared = await times(() => firstPaint(browser, BARE_SHARED));
  const paint = await times(() => firstPaint(browser, LIST));
  const rows = await times(() => untilShown(browser, LIST, "[role=table] [role=row]", 20));
  const run = await times(() =>
    untilShown(browser, `${at}/executions/${graphs.kinds}`, "[role=treegrid] [role=row]", 5),
  );
  // Its table begins as one row below the head: the node that unfolded, closed.
  const many = await times(() =>
    untilShown(browser, `${at}/executions/${graphs.siblings}`, "[role=treegrid] [role=row]", 2),
  );
  const note = `bare ${bare.toFixed(0)} ms; ${(paint / shared).toFixed(2)} of one in a process that is there`;
  report("first paint / bare page", paint / bare, "", 1.5, note);
  report("first rows of the list / bare page", rows / bare, "", 6, `${rows.toFixed(0)} ms`);
  report("execution page / bare page", run / bare, "", 7, `${run.toFixed(0)} ms`);
  report("execution of 1,000 nodes / of ten", many / run, "", 2, `${many.toFixed(0)} ms`);
  const log = await times(() =>
    untilOpened(browser, `${at}/executions/${talk}?node=n0`, "Logs", "[aria-label='Line 120,000']"),
  );
  report("from the tab to 120,000 lines of a log", log, "ms", 300);
});

test("nothing moves, and nothing works while nobody does anything", async ({ browser }) => {
  for (const [name, path] of Object.entries(PAGES)) {
    const shift = await inWindow(browser, async (page) => {
      const seen = count(page);
      await page.goto(path);
      await settled(page, seen);
      return page.evaluate(
        () =>
          new Promise<number>((resolve) => {
            let sum = 0;
            new PerformanceObserver((list) => {
              for (const entry of list.getEntries()) sum += (entry as unknown as { value: number }).value;
            }).observe({ type: "layout-shift", buffered: true });
            setTimeout(() => resolve(sum), 100);
          }),
      );
    });
    if (shift > 0.02) report(`layout shift, ${name}`, shift, "", 0.02);
    expect(shift).toBeLessThan(1);
  }
  const [busy, heap] = await inWindow(browser, async (page) => {
    const seen = count(page);
    await page.goto(LIST);
    await settled(page, seen);
    const session = await page.context().newCDPSession(page);
    await session.send("Performance.enable");
    const metric = async (wanted: string): Promise<number> => {
      const { metrics } = await session.send("Performance.getMetrics");
      return metrics.find(({ name }) => name === wanted)?.value ?? Number.NaN;
    };
    const before = await metric("TaskDuration");
    await page.waitForTimeout(20_000); // pause: what is measured
    return [((await metric("TaskDuration")) - before) / 20, await metric("JSHeapUsedSize")] as const;
  });
  report("processor of an idle list", busy * 100, "% of a core", 0.3);
  report("heap of the list", heap / 2 ** 20, "MiB", 120);
});

test("from the change to the eye", async ({ page, request }) => {
  const seen = count(page);
  await page.goto(LIST);
  await settled(page, seen, "list%3A");
  const delays: number[] = [];
  for (let change = 0; change < CHANGES; change += 1) {
    const name = await launch(request, "gates.counted", { n: change });
    const shown = await page.waitForFunction(
      (id) => (document.querySelector(`[role=row] a[href$="${id}"]`) ? Date.now() : 0),
      name,
      { polling: "raf" },
    );
    const answer = await request.get(`/api/v1/executions/${at.split("/")[3]}/${at.split("/")[5]}/${name}`);
    delays.push(((await shown.jsonValue()) as number) - Date.parse((await answer.json()).closure.createdAt));
  }
  report("change to pixel, p95", quantile(delays, 0.95), "ms", 250, `median ${median(delays).toFixed(0)} ms`);
});

test("long tasks", async ({ page, request }) => {
  const scenario = async (name: string, path: string, work: () => Promise<unknown>, before = async () => {}) => {
    const seen = count(page);
    await page.goto(path);
    await settled(page, seen);
    await before();
    const tasks = await longTasks(page, work);
    report(`long tasks, ${name}`, tasks.length, "tasks", 2, `longest ${Math.max(0, ...tasks).toFixed(0)} ms of 120`);
  };
  const opened = async () => {
    const table = page.getByRole("treegrid", { name: "Nodes and their times" });
    await table.getByRole("row").nth(1).getByRole("button").click();
    await table.getByRole("row").nth(2).click(); // those that are alike
    await expect(table).toHaveAttribute("aria-rowcount", "1003");
  };
  await scenario(
    "1,000 rows scrolled",
    `${at}/executions/${graphs.siblings}`,
    () => scrollThrough(page, "[role=treegrid]"),
    opened,
  );
  await scenario("120,000 lines of a log scrolled", `${at}/executions/${talk}?node=n0&panel=logs`, async () => {
    await page.getByRole("group", { name: /120,000 lines/ }).press("Home");
    await scrollThrough(page, "[aria-label='Log']", 40_000);
  });
  await scenario(`${EVENTS} launches at once`, LIST, () =>
    Promise.all(Array.from({ length: EVENTS }, (_, n) => launch(request, "gates.counted", { n }))),
  );
});
