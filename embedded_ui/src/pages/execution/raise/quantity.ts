// Amounts of memory as Kubernetes writes them.

const FACTORS: Record<string, number> = {
  "": 1,
  m: 0.001,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
};
const MI = 2 ** 20;
const GI = 2 ** 30;

/** Bytes of "200Mi", "1.5G", "1e9"; null when it is no amount. */
export function parseQuantity(text: string | null | undefined): number | null {
  const found = /^(\d+(?:\.\d*)?(?:[eE]\d+)?)([a-zA-Z]*)$/.exec(text ?? "");
  const factor = FACTORS[found?.[2] ?? "?"];
  return found?.[1] && factor !== undefined ? Number(found[1]) * factor : null;
}

/** "400Mi", "2Gi": bytes in whole Mi, or Gi where they are whole. */
export function writeQuantity(bytes: number): string {
  if (bytes >= GI && bytes % GI === 0) return `${bytes / GI}Gi`;
  return `${Math.ceil(bytes / MI)}Mi`;
}

const stepFor = (bytes: number): number => (bytes < 256 * MI ? 10 : bytes < GI ? 50 : 256) * MI;

/** The next round amount: whole tens of Mi, fifties from a quarter of a Gi on, quarters of a Gi from one on. */
export const roundUp = (bytes: number): number => Math.ceil(bytes / stepFor(bytes)) * stepFor(bytes);
export const roundDown = (bytes: number): number => Math.floor(bytes / stepFor(bytes)) * stepFor(bytes);
