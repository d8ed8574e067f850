import { language } from "../base/preferences";
import { type CompareText, compareEn } from "./compare.en";
import { compareKo } from "./compare.ko";
import { useText } from "./index";

export type { CompareText } from "./compare.en";

/** The texts of comparing in the reader's language. */
export function useCompareText(): CompareText {
  useText(); // Changes with the language.
  return language() === "ko" ? compareKo : compareEn;
}
