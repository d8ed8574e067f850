import type { Browser, Page } from "@playwright/test";

export const median = (values: number[]): number => quantile(values, 0.5);

export function quantile(values: number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** A line for the table: what was measured, and how it compares to its goal. */
export function report(name: string, value: number, unit: string, goal: number, note = ""): void {
  const measured = unit === "" ? `ratio ${value.toFixed(2)}` : `${shown(value)} ${unit}`;
  const judged = `${measured} (goal at most ${goal})`;
  const above = value > goal ? "  ABOVE" : "";
  console.log(`${name.padEnd(44)} ${judged.padEnd(34)}${above}  ${note}`);
}

const shown = (value: number): string => (value < 10 ? value.toFixed(3) : value.toFixed(0));

/** Milliseconds from the beginning of the navigation to the first text, in a window of its own with an empty cache. */
export async function firstPaint(browser: Browser, address: string): Promise<number> {
  return inWindow(browser, async (page) => {
    await page.goto(address);
    return page.evaluate(
      () =>
        new Promise<number>((resolve) => {
          const look = (entries: PerformanceEntryList) => {
            const paint = entries.find(({ name }) => name === "first-contentful-paint");
            if (paint) resolve(paint.startTime);
          };
          new PerformanceObserver((list) => look(list.getEntries())).observe({ type: "paint", buffered: true });
        }),
    );
  });
}

/** Milliseconds from the beginning of the navigation until `selector` is there `count` times. */
export async function untilShown(browser: Browser, address: string, selector: string, count: number): Promise<number> {
  return inWindow(browser, async (page) => {
    await page.goto(address, { waitUntil: "commit" });
    await page.waitForFunction(
      ([wanted, least]) => document.querySelectorAll(wanted).length >= least,
      [selector, count] as const,
      { polling: "raf" },
    );
    return page.evaluate(() => performance.now());
  });
}

/** Milliseconds from the press of a tab until `selector` is there. */
export async function untilOpened(browser: Browser, address: string, tab: string, selector: string): Promise<number> {
  return inWindow(browser, async (page) => {
    await page.goto(address);
    await page.getByRole("tab", { name: tab }).last().waitFor();
    return page
      .getByRole("tab", { name: tab })
      .last()
      .evaluate(
        (button: HTMLElement, wanted) =>
          new Promise<number>((resolve) => {
            const began = performance.now();
            const look = () =>
              document.querySelector(wanted) ? resolve(performance.now() - began) : requestAnimationFrame(look);
            button.click();
            look();
          }),
        selector,
      );
  });
}

export async function inWindow<T>(browser: Browser, work: (page: Page) => Promise<T>): Promise<T> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  try {
    return await work(await context.newPage());
  } finally {
    await context.close();
  }
}

/** Lengths of the tasks above 50 ms that the page has while `work` goes on. */
export async function longTasks(page: Page, work: () => Promise<unknown>): Promise<number[]> {
  await page.evaluate(() => {
    const found: number[] = [];
    Object.assign(window, { longTasks: found });
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) found.push(duration);
    }).observe({ type: "longtask" });
  });
  await work();
  return page.evaluate(() => (window as unknown as { longTasks: number[] }).longTasks);
}

/** Scrolls what is under the middle of the window from its top on, `by` pixels with each of its steps. */
export async function scrollThrough(page: Page, selector: string, by = 900, steps = 60): Promise<void> {
  const box = await page.locator(selector).first().boundingBox();
  if (!box) throw new Error(`${selector} is not there`);
  await page.mouse.move(box.x + box.width / 2, box.y + Math.min(box.height, 600) / 2);
  for (let step = 0; step < steps; step += 1) {
    await page.mouse.wheel(0, by);
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(done)));
  }
}
