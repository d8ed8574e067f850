const PRINTABLE = /[\x20-\x7e]/;
const PER_LINE = 16;

/** Bytes as lines of an offset, sixteen bytes in hexadecimal, and what of them is printable. */
export function hexLines(bytes: Uint8Array): string[] {
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += PER_LINE) {
    const part = [...bytes.subarray(at, at + PER_LINE)];
    const hex = part.map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
    const letters = part.map((byte) => String.fromCharCode(byte)).map((each) => (PRINTABLE.test(each) ? each : "."));
    lines.push(`${at.toString(16).padStart(4, "0")}  ${hex.padEnd(PER_LINE * 3 - 1)}  ${letters.join("")}`);
  }
  return lines;
}
