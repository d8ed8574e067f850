import { useFormat } from ".";
import { type UsageText, usageEn } from "./usage.en";
import { usageKo } from "./usage.ko";

export type { UsageText } from "./usage.en";

/** The texts of what runs use, in the reader's language: a part of its own, loaded with the first curve or command. */
export function useUsageText(): UsageText {
  return useFormat().language === "ko" ? usageKo : usageEn;
}
