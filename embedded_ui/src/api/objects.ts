import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { queryString } from "../base/address";
import type { RunName } from "../base/kinds";
import { client } from "./client";
import { local, path, request } from "./rest";
import type { Bindings, LiteralJson, ObjectHead, ObjectList, ValuePart } from "./types";

export { contentUrl, htmlUrl } from "./object-bytes";

const listKey = (uri: string) => ["objects", uri];

/** The folders and objects directly below s3://BUCKET/PREFIX/; the buckets below s3://. */
export function useObjects(uri: string) {
  return useInfiniteQuery({
    queryKey: listKey(uri),
    queryFn: ({ pageParam, signal }) =>
      local<ObjectList>(`/objects${queryString({ uri, delimiter: "/", limit: 1000, token: pageParam })}`, { signal }),
    initialPageParam: "",
    getNextPageParam: (page) => page.next ?? undefined,
    refetchOnMount: "always",
  });
}

/** Whether an address is an object's; else it is a folder's, which may be empty. The first key with it is itself. */
export function useIsObject(uri: string) {
  return useQuery({
    queryKey: ["objects", "is", uri],
    queryFn: async ({ signal }) =>
      (await local<ObjectList>(`/objects${queryString({ uri, limit: 1 })}`, { signal })).objects[0]?.uri === uri,
  });
}

/** What is known of an object, or of a folder with what is below it. */
export function useObjectHead(uri: string) {
  return useQuery({
    queryKey: ["object", uri],
    queryFn: ({ signal }) => local<ObjectHead>(`/objects/head${queryString({ uri })}`, { signal }),
    refetchOnMount: "always",
  });
}

/** Asks for the lists of objects again, and for what is known of this one. */
export async function forgetObjects(uri: string): Promise<void> {
  client.removeQueries({ queryKey: ["object", uri] });
  await client.invalidateQueries({ queryKey: ["objects"] });
}

export async function removeObject(uri: string): Promise<void> {
  await local(`/objects${queryString({ uri })}`, { method: "DELETE", body: {} });
  await forgetObjects(uri);
}

/** Where the inputs of a node come from; outputs of a run are inputs of its end-node. */
export const loadBindings = (run: RunName, node: string): Promise<Bindings> =>
  client.fetchQuery({
    queryKey: ["bindings", run, node],
    queryFn: ({ signal }) =>
      local<Bindings>(`/runs${path(run.project, run.domain, run.name, "bindings")}${queryString({ node })}`, {
        signal,
      }),
  });

/** A part of a stored value that is too large to come whole. */
export function useValuePart(uri: string, at: string, limit: number) {
  return useQuery({
    queryKey: ["value", uri, at, limit],
    queryFn: ({ signal }) =>
      local<Omit<ValuePart, "literal"> & { literal: LiteralJson }>(`/values${queryString({ uri, path: at, limit })}`, {
        signal,
      }),
  });
}

/** The page of a node's deck; `version` makes it another address when the deck has changed. */
export const deckUrl = (run: RunName, node: string, version = ""): string =>
  `/sandbox/v1/decks${path(run.project, run.domain, run.name, node)}${queryString({ version })}`;

/** Which deck a node has now. It is asked again with each `rev` of the node: the server tells one when it is written. */
export function useDeckVersion(run: RunName, node: string, rev: number) {
  return useQuery({
    queryKey: ["deck", run, node, rev],
    queryFn: async ({ signal }) =>
      (await request(deckUrl(run, node), { method: "HEAD", signal })).headers.get("ETag") ?? "",
    placeholderData: keepPreviousData,
  });
}
