import { useEffect } from "react";
import { href } from "../base/address";
import type { Place } from "../base/kinds";
import { preferences, setPreferences } from "../base/preferences";
import { go } from "../base/query";
import { isShortcut } from "../base/use-keys";
import { texts } from "../text";
import { copyText } from "../ui/clipboard";

function places(place: Place | null): Record<string, string> {
  const here = place
    ? {
        e: href.executions(place),
        w: href.entities(place, "workflow"),
        t: href.entities(place, "task"),
        l: href.entities(place, "launch_plan"),
      }
    : {};
  return {
    ...here,
    h: href.home(),
    p: href.pods(),
    s: href.machine("schedules"),
    i: href.machine("images"),
    o: href.machine("objects"),
  };
}

function chooseTab(number: number): void {
  document.querySelectorAll<HTMLElement>("main [role=tab]")[number - 1]?.click();
}

/** The id of the row that has the focus, else of the page, whose own button says that it did. */
function copyId(): void {
  const row = document.activeElement?.closest("[role=row]")?.querySelector<HTMLAnchorElement>("a.row-link");
  if (row) void copyText(decodeURIComponent(row.pathname.split("/").at(-1) ?? ""));
  else document.querySelector<HTMLElement>("[data-copy-id] button")?.click();
}

function act(key: string): boolean {
  const now = preferences();
  switch (key) {
    case "?":
      go(href.machine("keys"));
      return true;
    case "/":
      document.querySelector<HTMLInputElement>("[data-page-search]")?.focus();
      return true;
    case "[":
      setPreferences({ navigation: now.navigation === "open" ? "narrow" : "open" });
      return true;
    case "d":
      setPreferences({ density: now.density === "compact" ? "comfortable" : "compact" });
      return true;
    case "t":
      setPreferences({ zone: now.zone === "utc" ? "local" : "utc" });
      return true;
    case "w":
      setPreferences({ wrapLogs: !now.wrapLogs });
      return true;
    case "c":
      copyId();
      return true;
    case ".":
      document.querySelector<HTMLElement>(`main [aria-label="${texts().act.more}"]`)?.click();
      return true;
    case "y":
      void copyText(location.href);
      return true;
    default:
      if (!/^[1-7]$/.test(key)) return false;
      chooseTab(Number(key));
      return true;
  }
}

/** Single letters as shortcuts, outside of inputs and while they are wanted. `g` and a letter go to a page. */
export function useShortcuts(place: Place | null): void {
  useEffect(() => {
    let going = 0; // when `g` was pressed
    const onKey = (event: KeyboardEvent) => {
      if (!isShortcut(event)) return;
      if (going > 0 && performance.now() - going < 1500) {
        const to = places(place)[event.key];
        going = 0;
        if (to) {
          event.preventDefault();
          go(to);
          return;
        }
      }
      if (event.key === "g") going = performance.now();
      else if (act(event.key)) event.preventDefault();
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, [place]);
}
