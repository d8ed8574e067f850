import { buildsKey, useBuilds } from "../../api/builds";
import { client } from "../../api/client";
import { imagesKey, useImages } from "../../api/machine";
import type { Build, BuildList, ImageList } from "../../api/types";
import { withRow } from "../../live/rows";
import type { LiveRow } from "../../live/stream";
import { useLive } from "../../live/use-live";

type Gone = { gone?: boolean; rev?: number };

/** A list with rows in place of their older selves, without those that went. */
export function withListed<T extends Gone>(
  list: readonly T[],
  rows: readonly T[],
  key: (row: T) => string,
  place: "start" | "end",
): T[] {
  let now = [...list];
  for (const row of rows)
    now = row.gone ? now.filter((each) => key(each) !== key(row)) : withRow<T>(now, row, key, place);
  return now;
}

const of = <T>(rows: LiveRow[], event: string): T[] =>
  rows.filter((each) => each.event === event).map(({ row }) => row as unknown as T);

/** Puts what the live channel told of images into the list that is shown. */
function applyImages(rows: LiveRow[]): void {
  client.setQueryData<ImageList>(
    imagesKey,
    (data) =>
      data && { ...data, images: withListed(data.images, of(rows, "image"), ({ reference }) => reference, "end") },
  );
}

/** The same of builds. */
function applyBuilds(rows: LiveRow[]): void {
  client.setQueryData<BuildList>(
    buildsKey,
    (data) => data && { ...data, builds: withListed(data.builds, of<Build>(rows, "build"), ({ id }) => id, "start") },
  );
}

/** The images of this machine, current by the live channel. */
export function useLiveImages() {
  const query = useImages();
  useLive("images", { seq: query.data?.seq, apply: applyImages, refetch: query.refetch });
  return query;
}

/** The same of builds. */
export function useLiveBuilds() {
  const query = useBuilds();
  useLive("images", { seq: query.data?.seq, apply: applyBuilds, refetch: query.refetch });
  return query;
}
