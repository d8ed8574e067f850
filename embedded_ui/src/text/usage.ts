import { useText } from ".";
import { type UsageText, usageEn } from "./usage.en";

export type { UsageText } from "./usage.en";

/** The texts of what runs use, in the reader's language: in English a part of its own, loaded with the first curve. */
export const useUsageText = (): UsageText => useText().usage ?? usageEn;
