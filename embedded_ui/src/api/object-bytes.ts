// The bytes of objects; also for workers, so without anything of a page.
import { request } from "./rest";

const call = (what: string, values: Record<string, string>): string =>
  `/sandbox/v1/objects${what}?${new URLSearchParams(values)}`;

/** The address of an object's bytes on this server; `download` makes a browser keep them as a file. */
export const contentUrl = (uri: string, download = false): string =>
  call("/content", { uri, ...(download ? { download: "1" } : {}) });

/** The address of an HTML object as a page of an origin of its own. */
export const htmlUrl = (uri: string): string => call("/page", { uri });

/** Bytes from `begin` on, up to `end` without it; fewer where the object ends. */
export async function readBytes(uri: string, begin: number, end: number): Promise<Uint8Array> {
  if (end <= begin) return new Uint8Array();
  const answer = await request(contentUrl(uri), { range: [begin, end] });
  return new Uint8Array(await answer.arrayBuffer());
}
