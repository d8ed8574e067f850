import type { ReactNode } from "react";
import styles from "./ScrollBox.module.css";

/** Something that may be wider than its window: it scrolls by itself, by keys too. */
export function ScrollBox({ label, children }: { label: string; children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls can be scrolled by keys
    <section className={styles.box} aria-label={label} tabIndex={0}>
      {children}
    </section>
  );
}
