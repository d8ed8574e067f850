import type { Image } from "../../api/machine";
import { type Address, href } from "../../base/address";
import { useQueryValues } from "../../base/query";
import { useLiveImages } from "../../feature/builds/live";
import { useText } from "../../text";
import { bytes, count } from "../../text/format";
import { type MachineText, useMachineText } from "../../text/machine";
import { Bytes, Nothing } from "../../ui/Amount";
import { Button } from "../../ui/Button";
import { Identifier, Image as Reference } from "../../ui/Identifier";
import { Link } from "../../ui/Link";
import { type Column, List, useColumns } from "../../ui/List";
import { Choice } from "../../ui/Menu";
import { Facts, Page, Section } from "../../ui/Page";
import { Empty, ErrorState, LoadingLine } from "../../ui/States";
import { Time } from "../../ui/Time";
import { Builds } from "./Builds";
import styles from "./Images.module.css";
import { Pending, usePulls } from "./Pending";
import { UsedBy } from "./UsedBy";

const Platform = ({ of }: { of: string | null }) => (of ? <span translate="no">{of}</span> : <Nothing />);

function Name({ row }: { row: Image }) {
  return (
    <Link href={href.image(row.reference)} title={row.names.join("\n")}>
      <Reference reference={row.reference} />
    </Link>
  );
}

function columnsOf({ images }: MachineText): Column<Image>[] {
  return [
    { id: "image", head: images.image, width: "minmax(200px, 2fr)", cell: (row) => <Name row={row} /> },
    { id: "size", head: images.size, width: "88px", numeric: true, cell: (row) => <Bytes bytes={row.size_bytes} /> },
    {
      id: "platform",
      head: images.platform,
      width: "112px",
      from: 1280,
      cell: (row) => <Platform of={row.platform} />,
    },
    { id: "built", head: images.built, width: "120px", cell: (row) => <Time at={row.created_at} /> },
    { id: "by", head: images.usedBy, width: "minmax(160px, 2fr)", cell: (row) => <UsedBy row={row} /> },
  ];
}

function Present({ rows }: { rows: Image[] }) {
  const text = useMachineText();
  const columns = useColumns(columnsOf(text));
  return (
    <List
      label={text.images.list}
      rows={rows}
      columns={columns}
      keyOf={(row) => row.id ?? row.reference}
      narrow={(row) => (
        <>
          <Name row={row} />
          <span className={styles.line}>
            <Bytes bytes={row.size_bytes} /> <Time at={row.created_at} />
          </span>
        </>
      )}
    />
  );
}

/** What is known of one image that is there. */
function Known({ row }: { row: Image }) {
  const { images, builds } = useMachineText();
  return (
    <Facts
      stacked
      facts={[
        { id: "size", label: images.size, value: <Bytes bytes={row.size_bytes} /> },
        { id: "platform", label: images.platform, value: <Platform of={row.platform} /> },
        { id: "built", label: images.built, value: <Time at={row.created_at} /> },
        { id: "id", label: builds.id, value: <Identifier text={row.id ?? ""} copy /> },
        ...row.names.map((name) => ({ id: name, label: images.image, value: <Identifier text={name} copy /> })),
        { id: "by", label: images.usedBy, value: <UsedBy row={row} most={row.used_by.length} /> },
      ]}
    />
  );
}

const URGENCY = { missing: 0, building: 1, pulling: 2, unknown: 3, present: 4 };

const isCalled = ({ reference, names, id }: Image, wanted: string): boolean =>
  [reference, ...names, id].some((name) => name === wanted || name === `${wanted}:latest`);

/**
 * Images of this machine: what registered tasks name and is missing first, what is on its way, what is there. Of an
 * address that names one, only that.
 */
export default function Images({ address }: { address: Extract<Address, { page: "images" | "image" }> }) {
  const text = useText();
  const { images } = useMachineText();
  const [query, change] = useQueryValues();
  const { data, error, isPending, isFetching, refetch } = useLiveImages();
  const { pulls, failed, pull } = usePulls(() => void refetch());
  const only = address.page === "image" ? address.reference : null;
  const everything = query.get("show") === "all";
  const rows = (data?.images ?? []).filter((row) => only === null || isCalled(row, only));
  const pending = rows
    .filter(({ state }) => state !== "present")
    .sort((a, b) => URGENCY[a.state] - URGENCY[b.state] || Number(b.newest) - Number(a.newest));
  const there = rows.filter(({ state }) => state === "present");
  const shown = everything ? there : there.filter((row) => row.used_by_count > 0);
  const size = shown.reduce((sum, row) => sum + (row.size_bytes ?? 0), 0);
  const number = (wanted: Image["state"]) => rows.filter(({ state }) => state === wanted).length;
  const onTheWay = (["building", "pulling"] as const).filter((state) => number(state) > 0);
  const title = only ?? text.nav.images;
  return (
    <Page
      title={title}
      windowTitle={title}
      mono={only !== null}
      beside={
        data &&
        only === null && (
          <span>
            {images.missing} {count(number("missing"))} ·{" "}
            {onTheWay.map((state) => `${images[state]} ${count(number(state))} · `)}
            {images.present} {count(shown.length)} ({bytes(size)})
          </span>
        )
      }
      actions={
        <Button disabled={isFetching} onPress={() => void refetch()}>
          {images.look}
        </Button>
      }
    >
      <LoadingLine loading={isPending} />
      {error && !data && (
        <ErrorState title={text.state.unread(text.nav.images)} error={error} onRetry={() => void refetch()} />
      )}
      {data && !data.engine_answers && <p className={styles.away}>{images.away}</p>}
      {failed && <ErrorState title={images.failed(failed.reference)} error={failed.error} />}
      {pending.length > 0 && <Pending rows={pending} alone={only !== null} pulls={pulls} pull={pull} />}
      {only !== null && there.map((row) => <Known key={row.id} row={row} />)}
      {only !== null && data?.engine_answers && rows.length === 0 && <Empty>{images.nothing(only)}</Empty>}
      {only === null && data?.engine_answers && (
        <Section
          title={images.present}
          aside={
            <Choice
              label={images.present}
              selected={[everything ? "all" : "used"]}
              items={[
                { id: "used", label: images.used },
                { id: "all", label: images.everything },
              ]}
              onChange={([id]) => change({ show: id === "all" ? "all" : null })}
            >
              {everything ? images.everything : images.used}
            </Choice>
          }
        >
          {shown.length === 0 ? <Empty>{images.empty}</Empty> : <Present rows={shown} />}
        </Section>
      )}
      {data && <Builds of={only} />}
    </Page>
  );
}
