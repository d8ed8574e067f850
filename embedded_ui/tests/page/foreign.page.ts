import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, type Page, test } from "@playwright/test";
import { facts } from "./support/facts";

// A real page of another site in the browser that has the console open, not watched for mistakes: it makes them.
const { project, domain, task, version } = facts.tutorial;
const LAUNCH = JSON.stringify({
  project,
  domain,
  spec: { launchPlan: { resourceType: "TASK", project, domain, name: task, version } },
});

let server: Server;
let site = "";

test.beforeAll(async () => {
  server = createServer((_, response) => {
    response.setHeader("Content-Type", "text/html").end("<!doctype html><title>A stranger</title><body></body>");
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  site = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
});
test.afterAll(() => server.close());

/** How many executions there are, asked as a program does. */
async function executions(page: Page): Promise<number> {
  const answer = await page.request.get(`${facts.base}/api/v1/executions/${project}/${domain}?limit=100`);
  return (await answer.json()).executions.length;
}

for (const neighbour of [false, true]) {
  // localhost on another port is the same site and another origin; 127.0.0.1 is another site.
  const at = () => (neighbour ? site.replace("127.0.0.1", "localhost") : site);
  const who = neighbour ? "a page of another port" : "a page of another site";

  test(`${who} reads nothing`, async ({ page }) => {
    await page.goto(at());
    const read = await page.evaluate(async (base) => {
      const outcome = async (ask: () => Promise<Response>) => {
        try {
          const answer = await ask();
          return `${answer.type} ${answer.status}`;
        } catch {
          return "refused";
        }
      };
      const loads = (name: "img" | "script", address: string) =>
        new Promise<string>((done) => {
          const element = document.createElement(name);
          element.onload = () => done("loaded");
          element.onerror = () => done("refused");
          element.src = address;
          document.body.append(element);
        });
      return {
        cors: await outcome(() => fetch(`${base}/api/v1/projects`)),
        opaque: await outcome(() => fetch(`${base}/api/v1/projects`, { mode: "no-cors" })),
        local: await outcome(() => fetch(`${base}/sandbox/v1/status`)),
        credentials: await outcome(() => fetch(`${base}/api/v1/projects`, { credentials: "include" })),
        script: await loads("script", `${base}/api/v1/projects`),
        page: await loads("script", `${base}/console/licenses.txt`),
        stream: await new Promise<string>((done) => {
          const stream = new EventSource(`${base}/sandbox/v1/events?topics=machine`);
          stream.addEventListener("hello", () => done("heard"));
          stream.onerror = () => {
            stream.close();
            done("refused");
          };
        }),
      };
    }, facts.base);
    expect(read).toEqual({
      cors: "refused",
      opaque: "refused",
      local: "refused",
      credentials: "refused",
      script: "refused",
      page: "refused",
      stream: "refused",
    });
  });

  test(`${who} starts nothing`, async ({ page }) => {
    const before = await executions(page);
    await page.goto(at());
    const answers: number[] = [];
    page.on("response", (response) => {
      if (response.request().method() !== "GET") answers.push(response.status());
    });
    const said = await page.evaluate(
      async ([base, launch]) => {
        const post = async (init: RequestInit) => {
          try {
            const answer = await fetch(`${base}/api/v1/executions`, { method: "POST", body: launch ?? "", ...init });
            return `${answer.type} ${answer.status}`;
          } catch {
            return "refused";
          }
        };
        return [
          await post({ headers: { "Content-Type": "application/json" } }),
          await post({ headers: { "Content-Type": "text/plain" } }),
          await post({ mode: "no-cors" }),
          String(navigator.sendBeacon(`${base}/api/v1/executions`, launch)),
        ];
      },
      [facts.base, LAUNCH],
    );
    expect(said.slice(0, 3)).toEqual(["refused", "refused", "refused"]);
    // A form sends what it likes as text, and leads the whole window there.
    await page.evaluate(
      ([base, launch]) => {
        const form = document.createElement("form");
        form.method = "post";
        form.enctype = "text/plain";
        form.action = `${base}/api/v1/executions`;
        const field = document.createElement("input");
        field.name = launch ?? "";
        form.append(field);
        document.body.append(form);
        form.submit();
      },
      [facts.base, LAUNCH],
    );
    await expect(page.getByText("may not use this sandbox")).toBeVisible();
    expect(answers).toContain(403);
    expect(new Set(answers)).toEqual(new Set([403]));
    expect(await executions(page)).toBe(before);
  });

  test(`${who} cannot frame the console or hold its window`, async ({ page, context }) => {
    await page.goto(at());
    await page.evaluate((base) => {
      const frame = document.createElement("iframe");
      frame.src = `${base}/console/`;
      document.body.append(frame);
    }, facts.base);
    await expect.poll(() => page.frames()[1]?.url()).toBe("chrome-error://chromewebdata/");
    const opened = context.waitForEvent("page");
    await page.evaluate((base) => {
      Object.assign(window, { held: window.open(`${base}/console/`) });
    }, facts.base);
    await expect((await opened).getByRole("heading", { level: 1 })).toBeVisible();
    await expect.poll(() => page.evaluate(() => (window as unknown as { held: Window }).held.closed)).toBe(true);
  });
}

test("a stranger's name that leads to this machine is not answered", async ({ page }) => {
  const port = new URL(facts.base).port;
  for (const path of ["/console/", "/api/v1/projects", "/sandbox/v1/status"]) {
    const answer = await page.goto(`http://rebound.test:${port}${path}`);
    expect(answer?.status()).toBe(421);
    expect(await answer?.text()).toContain("allowed_hosts");
  }
});

test("programs are answered as before", async ({ page }) => {
  for (const host of ["localhost", "127.0.0.1"]) {
    const base = facts.base.replace("localhost", host);
    expect((await page.request.get(`${base}/api/v1/projects`)).status()).toBe(200);
    const form = await page.request.post(`${base}/api/v1/executions`, {
      data: "{}",
      headers: { "Content-Type": "text/plain" },
    });
    expect(form.status()).toBe(400); // It got as far as the fields that are missing.
  }
});
