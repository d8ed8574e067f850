import { facts } from "./support/facts";
import { abort, at, ended, launch, read } from "./support/runs";
import { expect, test } from "./support/test";

// The list of executions: its filters, and what is done with its rows.
const { project, domain } = facts.forms;

test("what ran, its version, labels and who launched it narrow the list, and are in the address", async ({
  page,
  request,
}) => {
  const label = `l${Date.now()}`;
  const name = await launch(request, "gates.counted", { n: 1 }, { labels: { values: { [label]: "yes" } } });
  const other = await launch(request, "gates.counted", { n: 1 });
  await page.goto(`${at}/executions`);
  const rows = page.getByRole("table", { name: "Executions of this domain" });
  await expect(rows.getByRole("link", { name: other })).toBeVisible();
  const filter = async (of: string, value: string) => {
    await page.getByRole("button", { name: new RegExp(`^${of}(:|$)`) }).click();
    const dialog = page.getByRole("dialog", { name: of });
    await dialog.getByLabel(of).fill(value);
    await dialog.getByRole("button", { name: "Apply" }).click();
    await expect(page.getByRole("button", { name: `${of}: ${value}` })).toBeVisible();
  };
  await filter("Labels", `${label}=yes`);
  await expect(rows.getByRole("link", { name: other })).toBeHidden();
  await expect(rows.getByRole("link", { name })).toBeVisible();
  await filter("What", "gates.counted");
  await filter("Version", "v");
  expect(new URL(page.url()).search).toBe(`?label=${label}%3Dyes&what=gates.counted&version=v`);
  await expect(rows.getByRole("link", { name })).toBeVisible();

  const fresh = await launch(request, "gates.counted", { n: 1 }, { labels: { values: { [label]: "yes" } } });
  await expect(rows.getByRole("link", { name: fresh })).toBeVisible();
  await filter("Version", "no such version");
  await expect(page.getByText("No execution fits these filters.")).toBeVisible();
  await page.getByRole("button", { name: "Clear filters" }).first().click();
  await expect(rows.getByRole("link", { name: other })).toBeVisible();

  const { principal } = (await read(request, `/sandbox/v1/runs/${project}/${domain}/${name}`))["execution"] as {
    principal: string;
  };
  await page.goto(`${at}/executions?user=nobody-${principal}`);
  await expect(page.getByText("No execution fits these filters.")).toBeVisible();
});

test("many are launched again with the inputs and settings that each had", async ({ page, request }) => {
  const label = `r${Date.now()}`;
  const labels = { values: { [label]: "" } };
  const names = [
    await launch(request, "gates.counted", { n: 3 }, { labels, maxParallelism: 7 }),
    await launch(request, "gates.counted", { n: 4 }, { labels }),
  ];
  await page.goto(`${at}/executions?label=${label}`);
  for (const name of names) await page.getByRole("checkbox", { name: `Select ${name}` }).check();
  await page.getByRole("toolbar", { name: "2 selected" }).getByRole("button", { name: "Relaunch" }).click();
  await expect(page.getByText("2 executions launched.")).toBeVisible();
  await expect(page.getByRole("table", { name: "Executions of this domain" }).getByRole("row")).toHaveCount(5);

  const { executions } = await read<{ executions: { id: string }[] }>(
    request,
    `/sandbox/v1/executions?project=${project}&domain=${domain}&label=${label}`,
  );
  const fresh = executions.map(({ id }) => id).filter((id) => !names.includes(id));
  const launched = await Promise.all(
    fresh.map(async (id) => {
      const { spec } = await read<{ spec: Spec }>(request, `/api/v1/executions/${project}/${domain}/${id}`);
      const data = await read<{ fullInputs: { literals: { n: N } } }>(
        request,
        `/api/v1/data/executions/${project}/${domain}/${id}`,
      );
      return [
        spec.metadata.referenceExecution.name,
        data.fullInputs.literals.n.scalar.primitive.integer,
        spec.maxParallelism,
      ];
    }),
  );
  const [first, second] = names;
  const usual = launched.find(([of]) => of === second)?.[2];
  expect(usual).not.toBe(7);
  expect(launched.sort()).toEqual(
    [
      [first, "3", 7],
      [second, "4", usual],
    ].sort(),
  );
  for (const id of [...names, ...fresh]) await abort(request, id);
});

interface Spec {
  metadata: { referenceExecution: { name: string } };
  maxParallelism: number;
}
interface N {
  scalar: { primitive: { integer: string } };
}

test("a row's menu opens, launches again, terminates with a reason and copies, by keys alone", async ({
  page,
  request,
  context,
}) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const name = await launch(request, "gates.asked");
  await page.goto(`${at}/executions?what=gates.asked`);
  const row = page.getByRole("row").filter({ has: page.getByRole("link", { name }) });
  const more = page.getByRole("button", { name: `More actions: ${name}` });
  const choose = async (item: string) => {
    await more.focus();
    await page.keyboard.press("Enter");
    await expect(page.getByRole("menuitem", { name: "Open" })).toBeFocused();
    const wanted = page.getByRole("menuitem", { name: item });
    for (let i = 0; i < 4 && !(await wanted.evaluate((each) => each === document.activeElement)); ++i)
      await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
  };
  await choose("Copy");
  await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toBe(name);
  await expect(more).toBeFocused();

  await choose("Terminate");
  const dialog = page.getByRole("dialog", { name: "Terminate this execution" });
  await dialog.getByLabel("Reason").fill("seen enough");
  await dialog.getByRole("button", { name: "Terminate" }).click();
  await expect(dialog).toBeHidden();
  await expect(row).toContainText("Aborted");
  await expect(row).toContainText("seen enough");
  await more.click();
  await expect(page.getByRole("menuitem", { name: "Terminate" })).toHaveAttribute("aria-disabled", "true");
  await page.getByRole("menuitem", { name: "Relaunch" }).click();
  await expect(page).toHaveURL(new RegExp(`/executions/${name}/relaunch$`));
  await page.goBack();
  await choose("Open");
  await expect(page).toHaveURL(new RegExp(`/executions/${name}$`));
});

test("the list leads to the limits of its domain", async ({ page }) => {
  await page.goto(`${at}/executions`);
  await page.getByRole("button", { name: "More actions", exact: true }).click();
  await page.getByRole("menuitem", { name: "Limits of this domain" }).click();
  await expect(page).toHaveURL(`/console/settings/limits?project=${project}&domain=${domain}`);
  await expect(page.getByRole("tab", { name: "Limits" })).toHaveAttribute("aria-selected", "true");
});

test("Space shows what happened to a row, and Escape leads back to it", async ({ page, request }) => {
  const { bad } = facts.graphs;
  const { story } = await ended(request, { project, domain, name: bad });
  await page.goto(`${at}/executions?what=workflow:graphs.compared`);
  const link = page.getByRole("link", { name: bad, exact: true });
  await link.focus();
  await page.keyboard.press("Space");
  const preview = page.getByRole("dialog", { name: bad });
  await expect(preview).toContainText("Failed after");
  await expect(preview).toContainText(story.display ?? "");
  await expect(preview.getByRole("link", { name: "Open" })).toHaveAttribute("href", `${at}/executions/${bad}`);
  await page.keyboard.press("Escape");
  await expect(preview).toBeHidden();
  await expect(link).toBeFocused();
  await expect(page).toHaveURL(/\/executions\?what=/);

  const { tutorial } = facts;
  await ended(request, { ...tutorial, name: tutorial.execution });
  await page.goto(`/console/projects/${tutorial.project}/domains/${tutorial.domain}/executions`);
  await page.getByRole("link", { name: tutorial.execution, exact: true }).focus();
  await page.keyboard.press("Space");
  await expect(page.getByRole("dialog").getByRole("log", { name: "Logs" })).toContainText(/\S/);
});
