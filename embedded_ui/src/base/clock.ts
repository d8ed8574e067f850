import { useSyncExternalStore } from "react";

let offset = 0;

/** Learns the server's clock from a time that it just told (RFC 3339). */
export function learnServerTime(text: string): void {
  const told = parseTime(text);
  if (told !== null) offset = told - Date.now();
}

/** Milliseconds since 1970 by the server's clock. */
export const serverNow = (): number => Date.now() + offset;

/** Milliseconds since 1970 of an RFC 3339 text with any number of decimals; null when it is none. */
export function parseTime(text: string | null | undefined): number | null {
  if (!text) return null;
  const value = Date.parse(text.replace(/(\.\d{3})\d+/, "$1"));
  return Number.isNaN(value) ? null : value;
}

/** One timer for all that counts seconds on a page; it runs while somebody listens. */
function ticker(periodMs: number) {
  const listeners = new Set<() => void>();
  let timer: ReturnType<typeof setInterval> | undefined;
  return {
    subscribe(listener: () => void) {
      listeners.add(listener);
      timer ??= setInterval(() => {
        for (const each of [...listeners]) each();
      }, periodMs);
      return () => {
        listeners.delete(listener);
        if (listeners.size > 0) return;
        clearInterval(timer);
        timer = undefined;
      };
    },
    now: () => Math.floor(serverNow() / periodMs) * periodMs,
  };
}

const seconds = ticker(1000);
const slow = ticker(10_000);
const still = { subscribe: () => () => {}, now: () => 0 };

/** The server's time in whole seconds, anew each second while `live`; 0 otherwise. */
export function useSeconds(live: boolean): number {
  const source = live ? seconds : still;
  return useSyncExternalStore(source.subscribe, source.now);
}

/** The server's time, anew each ten seconds. */
export const useTenSeconds = (): number => useSyncExternalStore(slow.subscribe, slow.now);
