import { useText } from "../text";
import styles from "./Phase.module.css";
import { phaseLook } from "./phases";

export interface PhaseProps {
  phase: string;
  bare?: boolean;
  badge?: boolean;
  /** In place of the phase's own word, for what is no execution. */
  label?: string | undefined;
}

/** A phase: icon, word and colour, always together. `bare` leaves the word to the tooltip and to screen readers. */
export function Phase({ phase, bare = false, badge = false, label: given }: PhaseProps) {
  const text = useText();
  const { group, word, icon: Icon } = phaseLook(phase);
  const label = given ?? text.phase[word];
  return (
    <span className={badge ? styles.badge : styles.phase} data-group={group} title={bare ? label : undefined}>
      <Icon size={badge ? 14 : 16} strokeWidth={1.75} aria-hidden />
      {bare ? <span className="visually-hidden">{label}</span> : <span className={styles.word}>{label}</span>}
    </span>
  );
}
