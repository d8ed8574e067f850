import type { Page } from "@playwright/test";
import { facts } from "./support/facts";
import { at, gate, launch, phase } from "./support/runs";
import { expect, test } from "./support/test";

// No pointer: what a person does with Tab, arrows, Enter and the letters that `?` lists.
const { project, domain } = facts.tutorial;
const TABS_MAX = 80;

/** The focused element: its role and name as assistive technology is told, and whether a person sees that it has it. */
async function focused(page: Page): Promise<{ name: string; seen: boolean }> {
  return page.evaluate(() => {
    const element = document.activeElement as HTMLElement | null;
    if (!element || element === document.body) return { name: "", seen: true };
    const label = element.id === "" ? null : document.querySelector(`label[for="${CSS.escape(element.id)}"]`);
    const by = element
      .getAttribute("aria-labelledby")
      ?.split(" ")
      .map((id) => document.getElementById(id)?.textContent);
    const name = element.getAttribute("aria-label") ?? by?.join(" ") ?? label?.textContent ?? element.textContent ?? "";
    const marked = [element, element.parentElement].some((each) => {
      const style = each && getComputedStyle(each);
      const outlined = style && style.outlineStyle !== "none" && style.outlineWidth !== "0px";
      return style && (outlined || style.boxShadow !== "none" || style.backgroundImage !== "none");
    });
    return { name: name.trim(), seen: marked };
  });
}

/** Presses Tab until the element of this name has the focus; every stop on the way has to be visible. */
async function tabTo(page: Page, name: string | RegExp): Promise<void> {
  const way: string[] = [];
  for (let tabs = 0; tabs < TABS_MAX; tabs += 1) {
    await page.keyboard.press("Tab");
    const now = await focused(page);
    way.push(now.name.slice(0, 30));
    expect(now.seen, `the focus is seen on "${now.name}"`).toBe(true);
    if (typeof name === "string" ? now.name === name : name.test(now.name)) return;
  }
  throw new Error(`${name} is not reached by Tab: ${way.join(" | ")}`);
}

test("a task is found, launched and read by keys alone", async ({ page }) => {
  test.setTimeout(300_000);
  await page.goto(`/console/projects/${project}/domains/${domain}/executions`);
  await expect(page.getByRole("heading", { level: 1, name: "Executions" })).toBeVisible();
  await page.keyboard.press("g");
  await page.keyboard.press("t");
  await expect(page.getByRole("heading", { level: 1, name: "Tasks" })).toBeVisible();
  await expect(page.getByRole("link", { name: "run_batch", exact: true })).toBeVisible();
  await tabTo(page, /run_batch/);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("button", { name: "Launch Task" })).toBeVisible();
  await tabTo(page, "Launch Task");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("dialog").getByRole("button", { name: "Launch", exact: true })).toBeEnabled();
  await page.keyboard.press("Control+Enter");
  await expect(page).toHaveURL(/\/executions\/[a-z0-9]+$/);
  const nodes = page.getByRole("treegrid", { name: "Nodes and their times" });
  await expect(nodes).toBeVisible({ timeout: 60_000 });
  await tabTo(page, "Nodes");
  await page.keyboard.press("2");
  await expect(page.getByRole("tab", { selected: true })).not.toHaveText("Nodes");
  await page.keyboard.press("1");
  await expect(page.getByRole("tab", { name: "Nodes", selected: true })).toBeVisible();
  await tabTo(page, /run_batch|n0/);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("complementary")).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("complementary")).toBeHidden();
});

test("a gate is answered by keys alone", async ({ page, request }) => {
  const name = await launch(request, "gates.asked");
  const node = await gate(request, name);
  await page.goto(`${at}/executions/${name}?node=${node}`);
  await expect(page.getByRole("form", { name: "Resume Paused Execution" })).toBeVisible();
  await tabTo(page, /Signal Input/);
  await page.keyboard.type("42");
  await tabTo(page, "Resume");
  await page.keyboard.press("Enter");
  await expect.poll(() => phase(request, name)).toBe("SUCCEEDED");
});

test("keys that work are listed, and can be switched off", async ({ page }) => {
  await page.goto(`/console/projects/${project}/domains/${domain}/tasks`);
  await expect(page.getByRole("heading", { level: 1, name: "Tasks" })).toBeVisible();
  await page.keyboard.press("?");
  await expect(page).toHaveURL(/\/console\/keys$/);
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await page.keyboard.press("Control+k");
  await expect(page.getByRole("dialog")).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toBeHidden();
});
