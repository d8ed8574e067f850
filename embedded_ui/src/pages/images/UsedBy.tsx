import type { Image } from "../../api/machine";
import { href } from "../../base/address";
import { useMachineText } from "../../text/machine";
import { Link } from "../../ui/Link";
import styles from "./Images.module.css";

/** The tasks that name an image, so many of them; when only older versions do, that is said. */
export function UsedBy({ row, most = 3 }: { row: Image; most?: number }) {
  const { images } = useMachineText();
  if (row.used_by_count === 0) return <span className={styles.muted}>{images.nobody}</span>;
  const rest = row.used_by_count - Math.min(most, row.used_by.length);
  return (
    <span className={styles.users}>
      {row.used_by.slice(0, most).map((use) => (
        <span key={`${use.project}/${use.domain}/${use.name}`}>
          <Link
            href={href.entity({ kind: "task", ...use })}
            title={`${use.project} / ${use.domain} / ${use.name}`}
            named
          >
            {use.name.split(".").at(-1)}
          </Link>{" "}
          <span className={styles.muted} translate="no">
            {use.version}
          </span>
        </span>
      ))}
      {rest > 0 && <span className={styles.muted}>{images.more(rest)}</span>}
      {!row.newest && <span className={styles.muted}>({images.older})</span>}
    </span>
  );
}
