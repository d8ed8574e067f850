import type { Page } from "@playwright/test";
import { expect } from "./test";

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
export async function tabTo(page: Page, name: string | RegExp): Promise<void> {
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
