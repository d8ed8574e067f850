/** Addresses of the object store and their parts. */

export interface Crumb {
  name: string;
  uri: string;
}

/** "s3://b/a/c/" as b, a, c, each with the address of its folder. */
export function crumbsOf(uri: string): Crumb[] {
  const parts = uri
    .slice("s3://".length)
    .replace(/\/$/, "")
    .split("/")
    .filter((part, index) => part !== "" || index > 0);
  return parts.map((name, index) => ({ name, uri: `s3://${parts.slice(0, index + 1).join("/")}/` }));
}

/** The folder that an object is in. */
export const folderOf = (uri: string): string => uri.slice(0, uri.lastIndexOf("/") + 1);

export const nameOf = (uri: string): string => uri.replace(/\/$/, "").split("/").at(-1) ?? "";

/** What the platform keeps for itself: nothing of it is deleted here. */
export const isProtected = (uri: string): boolean => /^s3:\/\/[^/]+\/metadata\//.test(uri);

/** A folder of its own for what is uploaded: 16 letters of chance. */
export const freshFolder = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(8)), (byte) => byte.toString(16).padStart(2, "0")).join("");
