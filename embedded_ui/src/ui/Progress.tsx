import type { ReactNode } from "react";
import styles from "./Progress.module.css";

/** How far something is, from 0 to 1, with the words beside it. */
export function Progress({ share, children }: { share: number; children: ReactNode }) {
  return (
    <span className={styles.progress}>
      <span className={styles.track}>
        <span className={styles.fill} style={{ width: `${share * 100}%` }} />
      </span>
      {children}
    </span>
  );
}
