import { useState } from "react";
import { type Image, pullImage } from "../../api/machine";
import type { PullLine } from "../../api/types";
import { href } from "../../base/address";
import { useQueryValues } from "../../base/query";
import { Building } from "../../feature/builds/Building";
import { useLiveImages } from "../../feature/builds/live";
import { useReachable } from "../../live/use-live";
import { useText } from "../../text";
import { bytes, count, percent } from "../../text/format";
import { type MachineText, useMachineText } from "../../text/machine";
import { Bytes, Nothing } from "../../ui/Amount";
import { Button } from "../../ui/Button";
import { Command } from "../../ui/Copy";
import { Image as Reference } from "../../ui/Identifier";
import { type Column, List, useColumns } from "../../ui/List";
import { Choice } from "../../ui/Menu";
import { Page, Section } from "../../ui/Page";
import { Progress } from "../../ui/Progress";
import { Empty, ErrorState, LoadingLine } from "../../ui/States";
import { Time } from "../../ui/Time";
import { toast, toastFailure } from "../../ui/toast";
import { useHere } from "../../ui/use-here";
import { Builds } from "./Builds";
import styles from "./Images.module.css";
import { UsedBy } from "./UsedBy";

/** Pulls that this window asked for, by reference, with what is known of them. */
type Pulls = Record<string, PullLine | undefined>;

function Pulling({ line }: { line: Pick<PullLine, "bytes" | "total"> | undefined }) {
  const { images } = useMachineText();
  const { bytes: done = 0, total = null } = line ?? {};
  return (
    <Progress share={total ? done / total : 0}>
      <span className={styles.muted}>
        {total ? images.progress(bytes(done), bytes(total), percent(done, total)) : images.pulling}
      </span>
    </Progress>
  );
}

interface PendingProps {
  rows: Image[];
  pulls: Pulls;
  pull: (reference: string) => void;
}

/** Images that are wanted and not there, or are on their way, with the way to get each. */
function Pending({ rows, pulls, pull }: PendingProps) {
  const text = useText();
  const { images } = useMachineText();
  const reachable = useReachable();
  const off = reachable ? undefined : text.banner.away_reason;
  return (
    <ul className={styles.pending}>
      {rows.map((row) => (
        <li key={row.reference} className={styles.item} data-old={row.newest ? undefined : ""}>
          <span className={styles.line}>
            <b className={styles.name} translate="no">
              {row.reference}
            </b>
            <span className={styles.state} data-state={row.state}>
              {images[row.state]}
            </span>
            <UsedBy row={row} />
          </span>
          {row.state === "building" ? (
            <Building row={row} />
          ) : row.state === "pulling" || row.reference in pulls ? (
            <Pulling line={pulls[row.reference] ?? { bytes: row.bytes ?? 0, total: row.total }} />
          ) : (
            <span className={styles.line}>
              {row.command && <Command command={row.command} />}
              {row.state === "missing" && (
                <Button size="small" label={images.pullHint} disabled={off} onPress={() => pull(row.reference)}>
                  {images.pull}
                </Button>
              )}
            </span>
          )}
        </li>
      ))}
    </ul>
  );
}

function columnsOf({ images }: MachineText): Column<Image>[] {
  return [
    {
      id: "image",
      head: images.image,
      width: "minmax(200px, 2fr)",
      cell: (row) => (
        <span title={row.names.join("\n")}>
          <Reference reference={row.reference} />
        </span>
      ),
    },
    { id: "size", head: images.size, width: "88px", numeric: true, cell: (row) => <Bytes bytes={row.size_bytes} /> },
    {
      id: "platform",
      head: images.platform,
      width: "112px",
      from: 1280,
      cell: (row) => (row.platform ? <span translate="no">{row.platform}</span> : <Nothing />),
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
          <Reference reference={row.reference} />
          <span className={styles.line}>
            <Bytes bytes={row.size_bytes} /> <Time at={row.created_at} />
          </span>
        </>
      )}
    />
  );
}

/** Starts pulls and follows them. */
function usePulls(onDone: () => void) {
  const [pulls, setPulls] = useState<Pulls>({});
  const [failed, setFailed] = useState<{ reference: string; error: unknown } | null>(null);
  const { images } = useMachineText();
  const begin = useHere();
  const pull = async (reference: string) => {
    const here = begin();
    setFailed(null);
    setPulls((before) => ({ ...before, [reference]: undefined }));
    try {
      await pullImage(reference, (line) => setPulls((before) => ({ ...before, [reference]: line })));
      if (!here()) toast(images.pulled(reference), { href: href.machine("images") });
    } catch (error) {
      if (here()) setFailed({ reference, error });
      else toastFailure(images.failed(reference), error);
    }
    setPulls(({ [reference]: _, ...rest }) => rest);
    onDone();
  };
  return { pulls, failed, pull: (reference: string) => void pull(reference) };
}

const URGENCY = { missing: 0, building: 1, pulling: 2, unknown: 3, present: 4 };

/** Images of this machine: what registered tasks name and is missing first, what is on its way, what is there. */
export default function Images() {
  const text = useText();
  const { images } = useMachineText();
  const [query, change] = useQueryValues();
  const { data, error, isPending, isFetching, refetch } = useLiveImages();
  const { pulls, failed, pull } = usePulls(() => void refetch());
  const everything = query.get("show") === "all";
  const rows = data?.images ?? [];
  const pending = rows
    .filter(({ state }) => state !== "present")
    .sort((a, b) => URGENCY[a.state] - URGENCY[b.state] || Number(b.newest) - Number(a.newest));
  const there = rows.filter(({ state }) => state === "present");
  const shown = everything ? there : there.filter((row) => row.used_by_count > 0);
  const size = shown.reduce((sum, row) => sum + (row.size_bytes ?? 0), 0);
  const number = (wanted: Image["state"]) => rows.filter(({ state }) => state === wanted).length;
  const onTheWay = (["building", "pulling"] as const).filter((state) => number(state) > 0);
  return (
    <Page
      title={text.nav.images}
      windowTitle={text.nav.images}
      beside={
        data && (
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
      {pending.length > 0 && <Pending rows={pending} pulls={pulls} pull={pull} />}
      {data?.engine_answers && (
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
      {data && <Builds />}
    </Page>
  );
}
