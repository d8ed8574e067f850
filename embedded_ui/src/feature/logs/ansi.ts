import Anser from "anser";

/** A run of text with the classes of its colours, or a colour of its own. */
export interface Piece {
  text: string;
  /** Names of the palette: black, red, ..., white; null: none. */
  color: string | null;
  background: string | null;
  /** Red, green, blue of a colour that is not of the palette. */
  rgb: [number, number, number] | null;
  bold: boolean;
  dim: boolean;
  italic: boolean;
  underline: boolean;
}

const NAME = /^ansi-(bright-)?(\w+)$/;

function paletteName(name: string | null | undefined): { color: string | null; bright: boolean } {
  const found = NAME.exec(name ?? "");
  const color = found?.[2] ?? null;
  if (color === null || color === "palette" || color === "truecolor") return { color: null, bright: false };
  return { color, bright: found?.[1] !== undefined };
}

function rgbOf(name: string | null | undefined, value: string | null | undefined): [number, number, number] | null {
  if (!name || (NAME.exec(name) && !/palette|truecolor/.test(name))) return null;
  const parts = (value ?? "").split(",").map((part) => Number.parseInt(part, 10));
  return parts.length === 3 && parts.every((part) => part >= 0 && part <= 255)
    ? [parts[0] ?? 0, parts[1] ?? 0, parts[2] ?? 0]
    : null;
}

const ESCAPE = "\u001b";

/** Splits a line at its escape sequences; text without any is one piece. */
export function pieces(line: string): Piece[] {
  if (!line.includes(ESCAPE)) return [plain(line)];
  return Anser.ansiToJson(line, { use_classes: true, json: true, remove_empty: true }).map((part) => {
    const foreground = paletteName(part.fg);
    const decorations = part.decorations ?? [];
    return {
      text: part.content,
      color: foreground.color,
      background: paletteName(part.bg).color,
      rgb: rgbOf(part.fg, part.fg_truecolor),
      bold: foreground.bright || decorations.includes("bold"),
      dim: decorations.includes("dim"),
      italic: decorations.includes("italic"),
      underline: decorations.includes("underline"),
    };
  });
}

function plain(text: string): Piece {
  return { text, color: null, background: null, rgb: null, bold: false, dim: false, italic: false, underline: false };
}

/** The text without its escape sequences. */
export const bareText = (line: string): string =>
  pieces(line)
    .map(({ text }) => text)
    .join("");

// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences begin with one
const SEQUENCE = /\u001b\[[0-?]*[ -/]*[@-~]/g;

/** Places in a line as places in its bare text: the server searches lines as they were printed. */
export function bareMarks(line: string, marks: readonly [number, number][]): [number, number][] {
  if (!line.includes(ESCAPE)) return [...marks];
  const sequences = [...line.matchAll(SEQUENCE)].map(({ index, 0: text }) => ({ index, length: text.length }));
  const bare = (at: number) =>
    at - sequences.reduce((sum, { index, length }) => sum + Math.min(Math.max(0, at - index), length), 0);
  return marks.map(([start, end]) => [bare(start), bare(end)]);
}

function luminance([r, g, b]: [number, number, number]): number {
  const linear = [r, g, b].map((value) => {
    const share = value / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * (linear[0] ?? 0) + 0.7152 * (linear[1] ?? 0) + 0.0722 * (linear[2] ?? 0);
}

const contrast = (a: number, b: number): number => (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);

/** A colour as near as can be read on the ground of the theme: lightened or darkened until the contrast is 4.5. */
export function readable(color: [number, number, number], dark: boolean): string {
  const ground = dark ? 0.005 : 0.9;
  let current = color;
  for (let step = 0; step < 20 && contrast(luminance(current), ground) < 4.5; step += 1) {
    const target = dark ? 255 : 0;
    current = current.map((value) => Math.round(value + (target - value) * 0.15)) as [number, number, number];
  }
  return `rgb(${current.join(" ")})`;
}
