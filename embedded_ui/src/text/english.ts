// How English counts.
import { count } from "./format";

const rules = new Intl.PluralRules("en");
/** "1 node", "1,204 nodes". */
export const plural = (n: number, one: string, other: string): string =>
  `${count(n)} ${rules.select(n) === "one" ? one : other}`;

const ORDINALS = new Intl.PluralRules("en", { type: "ordinal" });
const SUFFIX: Record<string, string> = { one: "st", two: "nd", few: "rd", other: "th" };
const SMALL = ["", "first", "second", "third", "fourth", "fifth"];
/** "third", "21st". */
export const ordinal = (n: number): string => SMALL[n] || `${n}${SUFFIX[ORDINALS.select(n)]}`;
