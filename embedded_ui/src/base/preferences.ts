import { createStore, useStore } from "./store";

/** What a reader chose; kept in this browser under `sandbox.ui`. */
export interface Preferences {
  theme: "system" | "light" | "dark";
  language: "system" | "en" | "ko";
  zone: "local" | "utc";
  density: "comfortable" | "compact";
  /** Single letters act as shortcuts. */
  letters: boolean;
  navigation: "open" | "narrow";
  panelWidth: number;
  wrapLogs: boolean;
  logTimes: boolean;
}

const KEY = "sandbox.ui";
const DEFAULTS: Preferences = {
  theme: "system",
  language: "system",
  zone: "local",
  density: "comfortable",
  letters: true,
  navigation: "open",
  panelWidth: 440,
  wrapLogs: true,
  logTimes: false,
};

function read(): Preferences {
  try {
    return { ...DEFAULTS, ...JSON.parse(localStorage.getItem(KEY) ?? "{}") };
  } catch {
    return DEFAULTS; // Storage is off, or holds what is no JSON.
  }
}

const store = createStore<Preferences>(read());

export const usePreferences = (): Preferences => useStore(store);
export const preferences = store.get;

export function setPreferences(change: Partial<Preferences>): void {
  const next = { ...store.get(), ...change };
  store.set(next);
  try {
    localStorage.setItem(KEY, JSON.stringify(next));
  } catch {
    // Storage is off: the choice holds for this window.
  }
}

const dark = () => matchMedia("(prefers-color-scheme: dark)");

function applyToDocument(): void {
  const { theme, density } = store.get();
  const root = document.documentElement;
  root.dataset["theme"] = theme === "system" ? (dark().matches ? "dark" : "light") : theme;
  root.dataset["density"] = density;
}

/** Keeps the document's theme and density as chosen, now and when the choice or the system changes. */
export function followPreferences(): void {
  applyToDocument();
  store.subscribe(applyToDocument);
  dark().addEventListener("change", applyToDocument);
}

/** The language in use: as chosen, else the browser's. */
export function language(): "en" | "ko" {
  const chosen = store.get().language;
  if (chosen !== "system") return chosen;
  return navigator.language.startsWith("ko") ? "ko" : "en";
}
