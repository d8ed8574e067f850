const MI = 2 ** 20;
const GI = 2 ** 30;

const stepFor = (bytes: number): number => (bytes < 256 * MI ? 10 : bytes < GI ? 50 : 256) * MI;

/** The next round amount: whole tens of Mi, fifties from a quarter of a Gi on, quarters of a Gi from one on. */
export const roundUp = (bytes: number): number => Math.ceil(bytes / stepFor(bytes)) * stepFor(bytes);
export const roundDown = (bytes: number): number => Math.floor(bytes / stepFor(bytes)) * stepFor(bytes);
