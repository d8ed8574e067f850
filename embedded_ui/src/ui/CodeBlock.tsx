import styles from "./CodeBlock.module.css";
import { Copy } from "./Copy";

/** Several lines of code with a button that copies all of them. */
export function CodeBlock({ code, what }: { code: string; what?: string }) {
  return (
    <div className={styles.block}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls can be scrolled by keys */}
      <pre className={styles.code} tabIndex={0}>
        {code}
      </pre>
      <span className={styles.copy}>
        <Copy text={code} {...(what ? { what } : {})} />
      </span>
    </div>
  );
}
