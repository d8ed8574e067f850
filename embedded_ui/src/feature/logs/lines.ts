/** `10-20` or `10` of an address; null when it is neither. Lines are counted from 1. */
export function linesOf(text: string | null): [from: number, to: number] | null {
  const found = /^(\d+)(?:-(\d+))?$/.exec(text ?? "");
  if (!found?.[1]) return null;
  const from = Number(found[1]);
  return [from, Number(found[2] ?? from)];
}

/** The same as an address has it. */
export const linesText = (lines: [from: number, to: number] | null): string | null =>
  lines && [...new Set(lines)].join("-");

/** What is chosen by a press on the number of a line, or by one that extends what was chosen. */
export const chosenLines = (
  before: [from: number, to: number] | null,
  line: number,
  extend: boolean,
): [from: number, to: number] =>
  extend && before ? [Math.min(before[0], line), Math.max(before[0], line)] : [line, line];
