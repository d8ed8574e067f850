import { language } from "../base/preferences";
import { type GraphText, graphEn } from "./graph.en";
import { graphKo } from "./graph.ko";
import { useText } from "./index";

export type { GraphText } from "./graph.en";

export const graphTexts = (): GraphText => (language() === "ko" ? graphKo : graphEn);

/** The texts of graphs in the reader's language. */
export function useGraphText(): GraphText {
  useText(); // Changes with the language.
  return graphTexts();
}
