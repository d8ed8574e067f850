import { language, preferences, usePreferences } from "../base/preferences";
import { createStore, useStore } from "../base/store";
import { en, type Text } from "./en";
import type { FormatOptions } from "./format";

export type { Text } from "./en";

const current = createStore<Text>(en);

/** Loads the catalogue of the reader's language and says so to the document; again after a change of it. */
export async function loadText(): Promise<void> {
  const wanted = language();
  current.set(wanted === "ko" ? (await import("./ko")).ko : en);
  document.documentElement.lang = wanted;
}

/** All texts of the page in the reader's language. */
export const useText = (): Text => useStore(current);
export const texts = (): Text => current.get();

/** The title of a group of what a search finds. */
export const groupTitle = ({ nav }: Text, id: string): string =>
  nav[(id === "plans" ? "launchPlans" : id) as keyof Text["nav"]] ?? id;

/** Language and zone for the functions of format.ts. */
export function useFormat(): FormatOptions {
  const { zone } = usePreferences();
  useText();
  return { language: language(), zone };
}

export const formatOptions = (): FormatOptions => ({ language: language(), zone: preferences().zone });
