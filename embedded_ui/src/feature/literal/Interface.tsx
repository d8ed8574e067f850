import type { LiteralTypeJson } from "../../api/types";
import { useText } from "../../text";
import styles from "./Literals.module.css";
import { typeText } from "./read";

type Variables = [string, LiteralTypeJson | undefined][];

/** Inputs or outputs in one line: n int · data file. */
export function Signature({ variables }: { variables: Variables }) {
  const text = useText();
  if (variables.length === 0) return <span className={styles.type}>{text.entities.nothing}</span>;
  return (
    <span translate="no">
      {variables.map(([name, type], index) => (
        <span key={name}>
          {index > 0 && " · "}
          {name} <span className={styles.type}>{typeText(type)}</span>
        </span>
      ))}
    </span>
  );
}
