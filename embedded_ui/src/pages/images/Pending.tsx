import { useState } from "react";
import { type Image, pullImage } from "../../api/machine";
import type { PullLine } from "../../api/types";
import { href } from "../../base/address";
import { Building } from "../../feature/builds/Building";
import { useReachable } from "../../live/use-live";
import { useText } from "../../text";
import { bytes, percent } from "../../text/format";
import { useMachineText } from "../../text/machine";
import { Button } from "../../ui/Button";
import { Command } from "../../ui/Copy";
import { Link } from "../../ui/Link";
import { Progress } from "../../ui/Progress";
import { toast, toastFailure } from "../../ui/toast";
import { useHere } from "../../ui/use-here";
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
  /** The page is about it: its name stands above. */
  alone: boolean;
  pulls: Pulls;
  pull: (reference: string) => void;
}

/** Images that are wanted and not there, or are on their way, with the way to get each. */
export function Pending({ rows, alone, pulls, pull }: PendingProps) {
  const text = useText();
  const { images } = useMachineText();
  const reachable = useReachable();
  const off = reachable ? undefined : text.banner.away_reason;
  return (
    <ul className={styles.pending}>
      {rows.map((row) => (
        <li key={row.reference} className={styles.item} data-old={row.newest ? undefined : ""}>
          <span className={styles.line}>
            {!alone && (
              <Link href={href.image(row.reference)} className={styles.name} named>
                {row.reference}
              </Link>
            )}
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

/** Starts pulls and follows them. */
export function usePulls(onDone: () => void) {
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
