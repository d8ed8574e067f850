import { count, NOTHING, bytes as sizeOf } from "../text/format";
import styles from "./Time.module.css";

/** A value that is not there. */
export function Nothing() {
  return <span className={styles.nothing}>{NOTHING}</span>;
}

/** A size; the tooltip has the exact bytes. */
export function Bytes({ bytes }: { bytes: number | null | undefined }) {
  if (bytes === null || bytes === undefined) return <Nothing />;
  return (
    <span className={styles.number} title={`${count(bytes)} B`}>
      {sizeOf(bytes)}
    </span>
  );
}
