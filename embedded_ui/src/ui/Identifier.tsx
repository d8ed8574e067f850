import { shortIdentifier, version } from "../text/format";
import { Copy } from "./Copy";
import styles from "./Identifier.module.css";
import { Link } from "./Link";

export interface IdentifierProps {
  text: string;
  href?: string | undefined;
  /** Shortened in its middle to so many characters; whole without it. */
  limit?: number;
  copy?: boolean;
  kind?: "id" | "version" | "plain";
  tabIndex?: number;
}

/** A name or an id: whole in the tooltip, copied by the button that hover and focus show. */
export function Identifier({ text, href, limit, copy = false, kind = "id", tabIndex }: IdentifierProps) {
  const short = kind === "version" ? version(text) : limit ? shortIdentifier(text, limit) : text;
  const title = short === text ? undefined : text;
  const className = kind === "plain" ? styles.plain : styles.code;
  return (
    <span className={styles.identifier} translate="no">
      {href ? (
        <Link href={href} className={className} title={title} tabIndex={tabIndex}>
          {short}
        </Link>
      ) : (
        <span className={className} title={title}>
          {short}
        </span>
      )}
      {copy && (
        <span className={styles.copy}>
          <Copy text={text} what={text.length > 40 ? "" : text} />
        </span>
      )}
    </span>
  );
}

/** An image: registry and digest are muted. */
export function Image({ reference }: { reference: string }) {
  const [named = "", digest] = reference.split("@");
  const slash = named.lastIndexOf("/");
  return (
    <span className={styles.code} title={reference} translate="no">
      {slash >= 0 && <span className={styles.muted}>{named.slice(0, slash + 1)}</span>}
      {named.slice(slash + 1)}
      {digest && <span className={styles.muted}>@{digest.slice(0, 15)}</span>}
    </span>
  );
}
