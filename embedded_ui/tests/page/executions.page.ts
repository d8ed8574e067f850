import { facts } from "./support/facts";
import { abort, at, launch, read } from "./support/runs";
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
