// All texts with those of objects, previews and decks: only pages that have these load them.
import { language } from "../base/preferences";
import { type Text, useText } from "./index";
import { objectsEn } from "./objects.en";
import { objectsKo } from "./objects.ko";

export type StoredText = Text & { stored: typeof objectsEn };

const merged = new WeakMap<Text, StoredText>();

export function useStoredText(): StoredText {
  const text = useText();
  const known = merged.get(text);
  if (known) return known;
  const whole = { ...text, stored: language() === "ko" ? objectsKo : objectsEn };
  merged.set(text, whole);
  return whole;
}
