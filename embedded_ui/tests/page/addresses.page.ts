import type { Locator, Page } from "@playwright/test";
import { facts, tutorialNode } from "./support/facts";
import { ended, at as place } from "./support/runs";
import { expect, test } from "./support/test";

const { project: P, domain: D, execution: E, task } = facts.tutorial;
const at = `/console/projects/${P}/domains/${D}`;
const node = `${at}/executions/${E}/nodeId/${tutorialNode}/taskId/t/attempt/0`;
const panelOf = `${at}/executions/${E}?node=${tutorialNode}&attempt=0`;
const items = `${place}/executions/${facts.graphs.items}`;
const odd = "a.b/c=d e"; // A name with everything that a path has to encode.
const encoded = encodeURIComponent(odd);

/** What the page of an execution has to show: its tab, and the panel's with its name. */
interface Shown {
  tab: string;
  panel?: [name: string, tab: string];
}
const inPanel = (tab: string, name = "run_batch"): Shown => ({ tab: "Nodes", panel: [name, tab] });

/** An address of upstream's console or of an older page, the one of ours where it ends, and what that shows. */
const ADDRESSES: [from: string, to: string, shown?: Shown][] = [
  ["/", "/console/"],
  ["/console", "/console"],
  ["/console/", "/console/"],
  ["/console/select-project", "/console/select-project"],
  [`/console/projects/${P}`, "/console/select-project"], // Nothing was looked at before; a domain is chosen there.
  [`/console/projects/${P}?domain=${D}`, `${at}/executions`],
  [`/console/projects/${P}/executions?domain=${D}`, `${at}/executions`],
  [`/console/projects/${P}/workflows?domain=${D}`, `${at}/workflows`],
  [`/console/projects/${P}/tasks?domain=${D}`, `${at}/tasks`],
  [`/console/projects/${P}/launchPlans?domain=${D}`, `${at}/launchPlans`],
  [`/console/projects/${P}/executions?domain=${D}&status=failed`, `${at}/executions?status=failed`],
  [at, `${at}/executions`],
  [`${at}/`, `${at}/executions`],
  [`${at}/executions`, `${at}/executions`],
  [`${at}/workflows`, `${at}/workflows`],
  [`${at}/tasks`, `${at}/tasks`],
  [`${at}/launchPlans`, `${at}/launchPlans`],
  [`${at}/launch_plans`, `${at}/launchPlans`],
  [`${at}/workflows/${encoded}`, `${at}/workflows/${encoded}`],
  [`${at}/workflow/${encoded}`, `${at}/workflows/${encoded}`],
  [`${at}/tasks/${task}`, `${at}/tasks/${task}`],
  [`${at}/task/${task}`, `${at}/tasks/${task}`],
  [`${at}/launchPlans/${encoded}`, `${at}/launchPlans/${encoded}`],
  [`${at}/launch_plan/${encoded}`, `${at}/launchPlans/${encoded}`],
  [`${at}/launch_plans/${encoded}`, `${at}/launchPlans/${encoded}`],
  [`${at}/workflow/w/version/${encoded}`, `${at}/workflows/w/version/${encoded}`],
  [`${at}/task/${task}/version/v1`, `${at}/tasks/${task}/version/v1`],
  [`${at}/tasks/${task}/version/v1`, `${at}/tasks/${task}/version/v1`],
  [`${at}/launch_plan/l/version/${encoded}`, `${at}/launchPlans/l/version/${encoded}`],
  [`${at}/executions/${E}`, `${at}/executions/${E}`, { tab: "Nodes" }],
  [`${at}/executions/${E}?tab=graph`, `${at}/executions/${E}?tab=graph`, { tab: "Graph" }],
  [`${at}/executions/${E}?tab=timeline`, `${at}/executions/${E}?wide=1`, { tab: "Nodes" }],
  [
    `${at}/executions/${E}?ctab=executions`,
    `${at}/executions/${E}?panel=attempts&node=${tutorialNode}`,
    inPanel("Attempts"),
  ],
  [
    `${at}/executions/${E}?ctab=outputs`,
    `${at}/executions/${E}?panel=outputs&node=${tutorialNode}`,
    inPanel("Outputs"),
  ],
  [`${at}/executions/${E}?wtab=inputs`, `${at}/executions/${E}?panel=inputs&node=${tutorialNode}`, inPanel("Inputs")],
  [`${at}/executions/${E}?wtab=task`, `${at}/executions/${E}?panel=spec&node=${tutorialNode}`, inPanel("Spec")],
  [`${node}/view/resources`, `${panelOf}&panel=attempts`, inPanel("Attempts")],
  [`${node}/view/logs`, `${panelOf}&panel=logs`, inPanel("Logs")],
  [`${node}/view/io`, `${panelOf}&panel=inputs`, inPanel("Inputs")],
  [`${node}/view/flytedecks`, `${panelOf}&panel=deck`], // It has none: tests/page/stored.page.ts shows one.
  [
    `${items}/nodeId/n0/taskId/t/attempt/0/mappedIndex/7/mappedAttempt/0/phase/3/view/io`,
    `${items}?node=n0&attempt=0&item=7&panel=inputs`,
    inPanel("Inputs", "item [7]"),
  ],
  [`/org/acme${at}/executions`, `${at}/executions`],
  [`/org/acme${at}/tasks/${encoded}?q=1`, `${at}/tasks/${encoded}?q=1`],
  ["/minio", "/console/objects"],
  ["/minio/login", "/console/objects"],
  ["/minio/browser/my-s3-bucket", "/console/objects"],
];

test.describe("with names that nothing has", () => {
  test.use({ expected: [/status of 404 .*a\.b%2Fc%3Dd%20e/] });

  test("addresses of other consoles end at the page of ours", async ({ page, request }) => {
    test.setTimeout(400_000);
    for (const [project, domain, name] of [
      [P, D, E],
      [facts.graphs.project, facts.graphs.domain, facts.graphs.items],
    ] as const)
      await ended(request, { project, domain, name });
    for (const [from, to, shown] of ADDRESSES) {
      await test.step(`${from} ends at ${to}`, async () => {
        await page.goto(from);
        await expect(page.getByRole("heading", { level: 1 }), from).toBeVisible();
        await expect.soft(page, from).toHaveURL(to);
        await expect
          .soft(page.getByRole("heading", { name: "There is no page at this address." }), from)
          .toHaveCount(0);
        if (shown) await shows(page, shown, from);
      });
    }
  });
});

async function shows(page: Page, { tab, panel }: Shown, from: string): Promise<void> {
  const chosen = (of: Locator) => of.getByRole("tab", { selected: true });
  const beside = page.getByRole("complementary");
  await expect.soft(chosen(page.getByRole("main")).first(), from).toHaveText(tab);
  await expect.soft(beside, from).toHaveCount(panel ? 1 : 0);
  if (!panel) return;
  await expect.soft(beside.getByRole("heading", { level: 2 }), from).toHaveText(panel[0]);
  await expect.soft(chosen(beside), from).toHaveText(panel[1]);
}

test("the timeline of another console is that of the nodes, widened", async ({ page }) => {
  await page.goto(`${at}/executions/${E}?tab=timeline`);
  const head = page.getByRole("treegrid").getByRole("columnheader");
  const width = async (of: Locator) => (await of.boundingBox())?.width ?? 0;
  const parts = async () => (await width(head.last())) / (await width(head.first()));
  await expect.poll(parts).toBeGreaterThan(3);
  await page.getByRole("button", { name: "Wide timeline" }).click();
  await expect(page).toHaveURL(/executions\/\w+$/);
  await expect.poll(parts).toBeLessThan(2);
});

test("a panel's tab without a node is that of the first node that is opened", async ({ page }) => {
  await page.goto(`${place}/executions/${facts.graphs.kinds}?ctab=inputs`);
  const rows = page.getByRole("treegrid").getByRole("row");
  await rows.filter({ hasText: "load" }).first().click();
  await expect(page.getByRole("complementary").getByRole("tab", { selected: true })).toHaveText("Inputs");
});

test("an address that is none says so", async ({ page }) => {
  await page.goto("/console/nowhere/at/all");
  await expect(page.getByRole("heading", { name: "There is no page at this address." })).toHaveCount(1);
});

test("the address that a client printed opens the execution", async ({ page, baseURL }) => {
  expect(facts.tutorial.printed).toBe(`${baseURL}${at}/executions/${E}`);
  await page.goto(facts.tutorial.printed);
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
});

test("a log link of a task shows its pod's log", async ({ page }) => {
  const { namespace, name } = facts.pod;
  await page.goto(`/kubernetes-dashboard/#/log/${namespace}/${name}/pod?namespace=${namespace}`);
  await expect(page).toHaveURL(`/console/pods/${namespace}/${name}?tab=logs`);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(name);
  await expect(page.getByRole("region", { name: "Log" })).toBeVisible();
});

test("the last project and domain of upstream's console are used", async ({ page, baseURL }) => {
  await page.goto("/console/");
  await page.evaluate((place) => localStorage.setItem("flyteDefaults", JSON.stringify({ projectDomain: place })), {
    project: P,
    domain: D,
  });
  await page.goto(`/console/projects/${P}/tasks`);
  await expect.poll(() => page.url()).toBe(`${baseURL}${at}/tasks`);
});
