/** One place of two values: of its path, with what stands there in the one and in the other; undefined: nothing. */
export interface Spot {
  path: string;
  from: unknown;
  to: unknown;
  same: boolean;
}

type Bag = Record<string, unknown>;

const isBag = (value: unknown): value is Bag => value !== null && typeof value === "object" && !Array.isArray(value);

/** What has no content: absent and empty are the same. */
const isEmpty = (value: unknown): boolean =>
  value === undefined ||
  value === null ||
  value === "" ||
  (Array.isArray(value) && value.length === 0) ||
  (isBag(value) && Object.values(value).every(isEmpty));

const KEYS = ["key", "name", "id", "var"];

/** A list whose entries have names, as a map by them; null when they have none. */
function byName(list: unknown[]): Bag | null {
  const key = KEYS.find((each) => list.every((entry) => isBag(entry) && typeof entry[each] === "string"));
  if (key === undefined) return null;
  const out: Bag = {};
  for (const entry of list as Bag[]) {
    const name = String(entry[key]);
    if (name in out) return null;
    const { [key]: _, ...rest } = entry;
    out[name] = Object.keys(rest).length === 1 ? Object.values(rest)[0] : rest;
  }
  return out;
}

const byIndex = (list: unknown[]): Bag => Object.fromEntries(list.map((each, index) => [String(index), each]));

function asBags(a: unknown, b: unknown): [Bag, Bag] | null {
  if (Array.isArray(a) || Array.isArray(b)) {
    const [x, y] = [Array.isArray(a) ? a : [], Array.isArray(b) ? b : []];
    if ((!Array.isArray(a) && !isEmpty(a)) || (!Array.isArray(b) && !isEmpty(b))) return null;
    const [named, alsoNamed] = [byName(x), byName(y)];
    if (named && alsoNamed) return [named, alsoNamed];
    return x.length === y.length ? [byIndex(x), byIndex(y)] : null;
  }
  if (isBag(a) && (isBag(b) || isEmpty(b))) return [a, isBag(b) ? b : {}];
  return isBag(b) && isEmpty(a) ? [{}, b] : null;
}

/** Whether two values are the same to the last digit. */
function equal(a: unknown, b: unknown): boolean {
  if (isEmpty(a) && isEmpty(b)) return true;
  if (Object.is(a, b)) return true;
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((each, index) => equal(each, b[index]));
  return false;
}

/** Every place where two values have something, in the order of the first one; absent and empty are the same. */
export function places(a: unknown, b: unknown, path = ""): Spot[] {
  if (isEmpty(a) && isEmpty(b)) return [];
  const bags = asBags(a, b);
  if (!bags) return [{ path, from: a, to: b, same: equal(a, b) }];
  const [from, to] = bags;
  const keys = [...Object.keys(from), ...Object.keys(to).filter((key) => !(key in from))];
  return keys.flatMap((key) => places(from[key], to[key], path === "" ? key : `${path}.${key}`));
}

/** The places where two values differ. */
export const differences = (a: unknown, b: unknown): Spot[] => places(a, b).filter(({ same }) => !same);

/** As a number where that says the same. */
const short = (whole: bigint): number | string => (Number.isSafeInteger(Number(whole)) ? Number(whole) : `${whole}`);

/** A value in one line; empty for nothing. */
export function lineOf(value: unknown): string {
  if (value === undefined || value === null) return "";
  if (typeof value === "string") return value;
  if (typeof value !== "object") return String(value);
  return JSON.stringify(value, (_key, each) => (typeof each === "bigint" ? short(each) : each));
}
