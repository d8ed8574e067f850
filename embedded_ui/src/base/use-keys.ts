import { useEffect, useRef } from "react";
import { preferences } from "./preferences";

/** Whether a key that was pressed is a shortcut: single letters are, outside of inputs and while they are wanted. */
export function isShortcut(event: KeyboardEvent): boolean {
  const { target } = event;
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || !preferences().letters) return false;
  return !(
    target instanceof HTMLElement &&
    (target.isContentEditable ||
      target.closest("input:not([type=checkbox], [type=radio]), textarea, select, [role=menu]"))
  );
}

/** Does what a part of the page has for some single letters, while it is shown. */
export function useKeys(keys: string, act: (key: string) => void): void {
  const latest = useRef(act);
  latest.current = act;
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key.length !== 1 || !keys.includes(event.key) || !isShortcut(event)) return;
      event.preventDefault();
      latest.current(event.key);
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, [keys]);
}
