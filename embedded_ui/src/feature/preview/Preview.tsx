import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { contentUrl, htmlUrl, useObjectHead, useObjects } from "../../api/objects";
import { ServerError } from "../../api/rest";
import type { ObjectHead } from "../../api/types";
import { href } from "../../base/address";
import { bytes } from "../../text/format";
import { useStoredText as useText } from "../../text/stored";
import { Frame } from "../../ui/Frame";
import { Link } from "../../ui/Link";
import { Empty, ErrorState, LoadingLine } from "../../ui/States";
import { Value } from "../../ui/Value";
import { hexLines } from "./hex";
import styles from "./Preview.module.css";
import { parseInWorker, TooSlow } from "./run";
import { READ_MOST, type Shown } from "./shown";
import { TableView } from "./TableView";

const IMAGES = new Set(["png", "jpeg", "gif", "webp", "avif", "svg"]);
const nameOf = (uri: string): string => uri.replace(/\/$/, "").split("/").at(-1) ?? uri;

interface Part {
  uri: string;
  head: ObjectHead;
  /** What reads it when it cannot be shown. */
  python?: ReactNode;
}

function Picture({ uri, head }: Part) {
  const text = useText();
  // The address has the version in it, so that a picture that was written again is loaded again.
  return (
    <img
      className={styles.picture}
      src={`${contentUrl(uri)}&version=${head.etag}`}
      alt={text.stored.preview.picture(nameOf(uri))}
    />
  );
}

function Folder({ uri, head }: Part) {
  const text = useText();
  const folder = uri.endsWith("/") ? uri : `${uri}/`;
  const { data, error } = useObjects(folder);
  const rows = data?.pages.flatMap(({ folders, objects }) => [
    ...folders.map(({ name, uri: at }) => ({ name, uri: at, size: null })),
    ...objects,
  ]);
  if (error) return <ErrorState title={text.stored.preview.failed} error={error} />;
  return (
    <>
      <p className={styles.note}>
        {head.parts && text.stored.preview.folder(head.parts.count, bytes(head.parts.size), head.parts.whole)}
      </p>
      <ul className={styles.folder}>
        {rows?.slice(0, 200).map((row) => (
          <li key={row.uri}>
            <Link href={href.objects(row.uri)}>{row.name}</Link>
            {row.size !== null && <span className={styles.size}>{bytes(row.size)}</span>}
          </li>
        ))}
      </ul>
    </>
  );
}

function Hex({ shown, size }: { shown: Uint8Array; size: number }) {
  const text = useText();
  return (
    <>
      <p className={styles.note}>{text.stored.preview.hex(bytes(size))}</p>
      <pre className={styles.hex}>{hexLines(shown).join("\n")}</pre>
    </>
  );
}

function Parsed({ shown, head, python }: { shown: Shown } & Omit<Part, "uri">) {
  const text = useText();
  const cut = (most: number) => <p className={styles.note}>{text.stored.preview.cut(bytes(most))}</p>;
  switch (shown.is) {
    case "table":
      return <TableView table={shown} />;
    case "tree":
      return (
        <div className={styles.tree}>
          {!shown.whole && cut(READ_MOST.text)}
          <Value tree={shown.tree} />
        </div>
      );
    case "text":
      return (
        <>
          {!shown.whole && cut(READ_MOST.text)}
          <pre className={styles.text}>{shown.text}</pre>
        </>
      );
    case "hex":
      return <Hex shown={shown.bytes} size={head.size} />;
    case "packed":
      return (
        <>
          <p className={styles.note}>{text.stored.preview.packed(shown.codec)}</p>
          {python}
        </>
      );
  }
}

function InWorker({ uri, head, python }: Part) {
  const text = useText();
  const { data, error, isPending } = useQuery({
    queryKey: ["preview", uri, head.etag],
    queryFn: ({ signal }) => parseInWorker({ uri, type: head.type, size: head.size }, signal),
    retry: false,
    gcTime: 0,
  });
  if (error instanceof TooSlow) return <Empty next={python}>{text.stored.preview.slow}</Empty>;
  if (error) return <ErrorState title={text.stored.preview.failed} error={error} />;
  return (
    <>
      <LoadingLine loading={isPending} />
      {data && <Parsed shown={data} head={head} python={python} />}
    </>
  );
}

function OfType(part: Part) {
  const text = useText();
  const { uri, head } = part;
  if (head.type === "directory") return <Folder {...part} />;
  if (head.size === 0) return <Empty>{text.stored.preview.empty}</Empty>;
  if (IMAGES.has(head.type)) return <Picture {...part} />;
  if (head.type === "html") return <Frame src={htmlUrl(uri)} title={nameOf(uri)} />;
  return <InWorker {...part} />;
}

/** What an object holds: a table, a tree, text, a picture, a page, a list, or its first bytes. */
export default function Preview({ uri, python }: { uri: string; python?: ReactNode }) {
  const text = useText();
  const { data: head, error, isPending, refetch } = useObjectHead(uri);
  if (error instanceof ServerError && error.status === 404) return <Empty>{text.stored.preview.gone}</Empty>;
  if (error) return <ErrorState title={text.stored.preview.failed} error={error} onRetry={() => void refetch()} />;
  return (
    <section className={styles.preview} aria-label={text.stored.preview.label(nameOf(uri))}>
      <LoadingLine loading={isPending} />
      {head && <OfType uri={uri} head={head} python={python} />}
    </section>
  );
}
