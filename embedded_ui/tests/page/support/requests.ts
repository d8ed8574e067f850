import type { Page, Request } from "@playwright/test";
import { expect } from "./test";

export const isStream = (request: Request): boolean => request.url().includes("/sandbox/v1/events?");

const nameOf = (request: Request, topic: string): string =>
  isStream(request) && request.url().includes(topic) ? "stream" : request.url();

/** The requests of a page, and those that have no answer yet. */
export interface Requests {
  all: Request[];
  open: Set<Request>;
}

export function count(page: Page): Requests {
  const seen: Requests = { all: [], open: new Set() };
  page.on("request", (request) => {
    seen.all.push(request);
    seen.open.add(request);
  });
  page.on("requestfinished", (request) => seen.open.delete(request));
  page.on("requestfailed", (request) => seen.open.delete(request));
  return seen;
}

/**
 * Waits until the page has all that it asked for, and its stream is open, with a topic that has this word. What changed
 * between the page's first read and its stream is read once more: so two looks have to find the same.
 */
export async function settled(page: Page, seen: Requests, topic = ""): Promise<void> {
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  let asked = 0;
  const look = () => {
    const same = asked === seen.all.length;
    asked = seen.all.length;
    return same ? [...seen.open].map((each) => nameOf(each, topic)) : ["something new"];
  };
  await expect.poll(look, { intervals: [500] }).toEqual(["stream"]);
  const stream = [...seen.open].find(isStream);
  expect(await stream?.response(), "the stream has begun").not.toBeNull();
  await expect.poll(look, { intervals: [500] }).toEqual(["stream"]);
}
