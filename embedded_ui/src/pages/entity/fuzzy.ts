/** How well `text` has the characters of `wanted` in their order: the smaller the better; null: it has not. */
export function distance(text: string, wanted: string): number | null {
  const whole = text.toLowerCase();
  const at = whole.indexOf(wanted);
  if (at >= 0) return whole.length - at - wanted.length; // the nearer to the end, where names differ, the better
  let from = 0;
  let gaps = 0;
  for (const letter of wanted) {
    const found = whole.indexOf(letter, from);
    if (found < 0) return null;
    gaps += found - from;
    from = found + 1;
  }
  return 1000 + gaps;
}

/** Those that fit, the best first; without a search all of them in their order. */
export function fuzzy<T>(list: readonly T[], search: string, nameOf: (each: T) => string): T[] {
  const wanted = search.toLowerCase().replace(/\s+/g, "");
  if (wanted === "") return [...list];
  return list
    .map((each) => ({ each, score: distance(nameOf(each), wanted) }))
    .filter((scored): scored is { each: T; score: number } => scored.score !== null)
    .sort((a, b) => a.score - b.score)
    .map(({ each }) => each);
}
