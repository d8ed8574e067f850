import { useSyncExternalStore } from "react";

function mediaStore(query: string) {
  const list = matchMedia(query);
  return {
    subscribe(listener: () => void) {
      list.addEventListener("change", listener);
      return () => list.removeEventListener("change", listener);
    },
    get: () => list.matches,
  };
}

const stores = new Map<string, ReturnType<typeof mediaStore>>();

function useMedia(query: string): boolean {
  let store = stores.get(query);
  if (!store) {
    store = mediaStore(query);
    stores.set(query, store);
  }
  return useSyncExternalStore(store.subscribe, store.get);
}

/** A window below 768 px: two-line rows, sheets instead of panels. */
export const useNarrow = (): boolean => useMedia("(max-width: 767px)");
/** A window from 1280 px on, where a panel stands beside the page. */
export const useWide = (): boolean => useMedia("(min-width: 1280px)");
/** A window below 1100 px, where the navigation is icons only. */
export const useCompactNavigation = (): boolean => useMedia("(max-width: 1099px)");
