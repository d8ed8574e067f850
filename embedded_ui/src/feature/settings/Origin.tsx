import { useMachineText } from "../../text/machine";
import styles from "./Origin.module.css";

/** Who set a value: a line of config.yaml, a preset, attributes, the request; null when that is not known any more. */
export function Origin({ from }: { from: string | null }) {
  const words = useMachineText().from;
  const line = from === null ? undefined : /^config\.yaml:(\d+)$/.exec(from)?.[1];
  const said = line === undefined ? undefined : words.config(line);
  return <span className={styles.origin}>{from === null ? words.changed : (said ?? words.words[from] ?? from)}</span>;
}
