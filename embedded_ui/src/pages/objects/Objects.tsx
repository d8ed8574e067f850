import { useMemo } from "react";
import { useIsObject, useObjects } from "../../api/objects";
import type { ObjectRow } from "../../api/types";
import { type Address, href } from "../../base/address";
import { useQueryValues } from "../../base/query";
import { bytes } from "../../text/format";
import { type StoredText as Text, useStoredText as useText } from "../../text/stored";
import { Nothing } from "../../ui/Amount";
import { Button } from "../../ui/Button";
import { SearchBox } from "../../ui/Field";
import { Link } from "../../ui/Link";
import { type Column, List, useColumns } from "../../ui/List";
import { Page } from "../../ui/Page";
import { Empty, ErrorState, LoadingLine } from "../../ui/States";
import { Time } from "../../ui/Time";
import { Beside } from "./Beside";
import styles from "./Objects.module.css";
import { crumbsOf, folderOf, nameOf } from "./place";
import { UploadButton } from "./UploadButton";

type Row = Pick<ObjectRow, "name" | "uri"> & Partial<ObjectRow>;

function Writer({ row: { written_by: writer } }: { row: Row }) {
  if (!writer) return <Nothing />;
  const { project, domain, execution, node } = writer;
  return (
    <Link href={href.execution({ project, domain, name: execution }, { node })}>
      {node ? `${execution}/${node}` : execution}
    </Link>
  );
}

function columnsOf(text: Text, narrow: boolean): Column<Row>[] {
  const { objects } = text.stored;
  const columns: Column<Row>[] = [
    {
      id: "name",
      head: objects.name,
      width: "minmax(200px, 3fr)",
      cell: (row) => (
        <Link href={href.objects(row.uri)} className={`row-link ${styles.name}`} title={row.name}>
          {row.name}
        </Link>
      ),
    },
    {
      id: "size",
      head: objects.size,
      width: "88px",
      numeric: true,
      cell: (row) => (row.size === undefined ? <Nothing /> : bytes(row.size)),
    },
    {
      id: "changed",
      head: objects.changed,
      width: "104px",
      cell: (row) => (row.modified_at ? <Time at={row.modified_at} /> : <Nothing />),
    },
  ];
  if (narrow) return columns;
  return [
    ...columns,
    {
      id: "writer",
      head: objects.writer,
      width: "minmax(160px, 1fr)",
      from: 1280,
      cell: (row) => <Writer row={row} />,
    },
  ];
}

/** The path of what is shown, each folder a link. */
function Crumbs({ uri }: { uri: string }) {
  const text = useText();
  const crumbs = crumbsOf(uri);
  return (
    <nav className={styles.crumbs} aria-label={text.stored.objects.title}>
      <Link href={href.objects()}>{text.stored.objects.buckets}</Link>
      {crumbs.map((crumb) => (
        <span key={crumb.uri}>
          <span className={styles.slash}>/</span>
          <Link href={href.objects(crumb.uri)}>{crumb.name}</Link>
        </span>
      ))}
    </nav>
  );
}

function Folder({ uri, narrow }: { uri: string; narrow: boolean }) {
  const text = useText();
  const [query, change] = useQueryValues();
  const { data, error, isPending, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useObjects(uri);
  const search = (query.get("q") ?? "").toLowerCase();
  const all = useMemo(
    (): Row[] => [
      ...(data?.pages.flatMap(({ folders }) => folders) ?? []),
      ...(data?.pages.flatMap(({ objects }) => objects) ?? []),
    ],
    [data],
  );
  const rows = all.filter(({ name }) => name.toLowerCase().includes(search));
  const columns = useColumns(columnsOf(text, narrow));
  return (
    <div className={styles.folder}>
      <div className={styles.search}>
        <SearchBox label={text.stored.objects.search} value={query.get("q") ?? ""} onChange={(q) => change({ q })} />
      </div>
      <LoadingLine loading={isPending} />
      {error && !data && (
        <ErrorState title={text.state.unread(text.stored.objects.title)} error={error} onRetry={() => void refetch()} />
      )}
      {data && rows.length === 0 && (
        <Empty>{search === "" ? text.stored.objects.empty : text.stored.objects.filtered}</Empty>
      )}
      {rows.length > 0 && (
        <List
          label={text.stored.objects.list}
          rows={rows}
          columns={columns}
          keyOf={({ uri: key }) => key}
          narrow={(row) => (
            <>
              <Link href={href.objects(row.uri)} className={`row-link ${styles.name}`}>
                {row.name}
              </Link>
              <span className={styles.muted}>
                {row.size !== undefined && bytes(row.size)} {row.modified_at && <Time at={row.modified_at} />}
              </span>
            </>
          )}
        />
      )}
      {hasNextPage && (
        <Button onPress={() => void fetchNextPage()} disabled={isFetchingNextPage}>
          {text.stored.objects.more}
        </Button>
      )}
    </div>
  );
}

/** A folder of a bucket, or an object beside its folder. */
export default function Objects({ address: { bucket, key } }: { address: Extract<Address, { page: "objects" }> }) {
  return key === "" ? (
    <Browser folder={bucket === "" ? "s3://" : `s3://${bucket}/`} object={null} />
  ) : (
    <Addressed uri={`s3://${bucket}/${key}`} />
  );
}

/** Whether an address is a folder's or an object's is known by the server. */
function Addressed({ uri }: { uri: string }) {
  const text = useText();
  const { data: isObject, error, isPending, refetch } = useIsObject(uri);
  if (isPending) return <LoadingLine loading />;
  if (error)
    return (
      <Page title={nameOf(uri)} windowTitle={nameOf(uri)} mono>
        <Crumbs uri={uri} />
        <ErrorState title={text.state.unread(nameOf(uri))} error={error} onRetry={() => void refetch()} />
      </Page>
    );
  return isObject ? <Browser folder={folderOf(uri)} object={uri} /> : <Browser folder={`${uri}/`} object={null} />;
}

function Browser({ folder, object }: { folder: string; object: string | null }) {
  const text = useText();
  const title = folder === "s3://" ? text.stored.objects.title : nameOf(folder);
  return (
    <Page
      title={title}
      windowTitle={object ? nameOf(object) : title}
      mono={folder !== "s3://"}
      actions={<UploadButton />}
    >
      <Crumbs uri={folder} />
      <div className={styles.columns} data-beside={object ? "" : undefined}>
        <Folder key={folder} uri={folder} narrow={object !== null} />
        {object !== null && <Beside key={object} uri={object} />}
      </div>
    </Page>
  );
}
