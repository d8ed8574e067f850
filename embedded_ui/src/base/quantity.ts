// Quantities as Kubernetes writes them: 500m, 2, 200Mi, 1Gi.

const FACTORS: Record<string, number> = {
  "": 1,
  m: 1e-3,
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

/** The amount of "500m", "200Mi", "1.5G", "1e9"; null for what is none. */
export function parseQuantity(text: string | null | undefined): number | null {
  const found = /^(\d+(?:\.\d*)?|\.\d+)((?:[eE]\d+)?)([a-zA-Z]*)$/.exec(text?.trim() ?? "");
  const factor = FACTORS[found?.[3] ?? "?"];
  return found && factor !== undefined ? Number(`${found[1]}${found[2]}`) * factor : null;
}

/** "400Mi", "2Gi": bytes in whole Mi, or Gi where they are whole. */
export function writeQuantity(bytes: number): string {
  if (bytes >= GI && bytes % GI === 0) return `${bytes / GI}Gi`;
  return `${Math.ceil(bytes / MI)}Mi`;
}
