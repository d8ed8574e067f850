import { useCallback, useMemo } from "react";
import { navigate, useSearch } from "wouter/use-browser-location";
import type { QueryValues } from "./address";

/** Follows a path of ours without a reload. `replace` keeps the history as it is. */
export function go(to: string, options: { replace?: boolean } = {}): void {
  navigate(to, options);
}

/** The query of the page's address, and a function that changes some of it (null removes a value). */
export function useQueryValues(): [URLSearchParams, (change: QueryValues, options?: { push?: boolean }) => void] {
  const search = useSearch();
  const values = useMemo(() => new URLSearchParams(search), [search]);
  const change = useCallback((by: QueryValues, options: { push?: boolean } = {}) => {
    const next = new URLSearchParams(location.search);
    for (const [key, value] of Object.entries(by)) {
      if (value === null || value === undefined || value === "" || value === false) next.delete(key);
      else next.set(key, String(value));
    }
    const text = next.toString();
    const to = location.pathname + (text === "" ? "" : `?${text}`);
    if (to !== location.pathname + location.search) navigate(to, { replace: !options.push });
  }, []);
  return [values, change];
}
