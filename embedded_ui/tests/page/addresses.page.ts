import { facts } from "./support/facts";
import { expect, test } from "./support/test";

const { project: P, domain: D, execution: E, task } = facts.tutorial;
const at = `/console/projects/${P}/domains/${D}`;
const node = `${at}/executions/${E}/nodeId/n0/taskId/t/attempt/1`;
const odd = "a.b/c=d e"; // A name with everything that a path has to encode.
const encoded = encodeURIComponent(odd);

/** An address of upstream's console or of an older page, and the one of ours where it ends. */
const ADDRESSES: [from: string, to: string][] = [
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
  [`${at}/executions/${E}`, `${at}/executions/${E}`],
  [`${at}/executions/${E}?tab=graph`, `${at}/executions/${E}?tab=graph`],
  [`${at}/executions/${E}?tab=timeline`, `${at}/executions/${E}?wide=1`],
  [`${at}/executions/${E}?ctab=outputs`, `${at}/executions/${E}?panel=outputs`],
  [`${at}/executions/${E}?wtab=task`, `${at}/executions/${E}?panel=spec`],
  [`${node}/view/logs`, `${at}/executions/${E}?node=n0&attempt=1&panel=logs`],
  [`${node}/view/io`, `${at}/executions/${E}?node=n0&attempt=1&panel=inputs`],
  [`${node}/view/flytedecks`, `${at}/executions/${E}?node=n0&attempt=1&panel=deck`],
  [
    `${node}/mappedIndex/7/mappedAttempt/2/view/resources`,
    `${at}/executions/${E}?node=n0&attempt=2&item=7&panel=attempts`,
  ],
  [`/org/acme${at}/executions`, `${at}/executions`],
  [`/org/acme${at}/tasks/${encoded}?q=1`, `${at}/tasks/${encoded}?q=1`],
  ["/minio", "/console/objects"],
  ["/minio/login", "/console/objects"],
  ["/minio/browser/my-s3-bucket", "/console/objects"],
];

test.describe("with names that nothing has", () => {
  test.use({ expected: [/status of 404 .*a\.b%2Fc%3Dd%20e/] });

  test("addresses of other consoles end at the page of ours", async ({ page, baseURL }) => {
    test.setTimeout(240_000);
    for (const [from, to] of ADDRESSES) {
      await test.step(`${from} ends at ${to}`, async () => {
        await page.goto(from);
        await expect(page.getByRole("heading", { level: 1 }), from).toBeVisible();
        expect.soft(page.url().slice((baseURL ?? "").length), from).toBe(to);
        await expect
          .soft(page.getByRole("heading", { name: "There is no page at this address." }), from)
          .toHaveCount(0);
      });
    }
  });
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
