import styles from "./PhaseCounts.module.css";
import { phaseLook } from "./phases";

export interface PhaseCountsProps {
  /** How many there are of each phase. */
  counts: Record<string, number>;
  /** For people who point at it; without it the bar is an ornament of what is said beside it. */
  title?: string;
  className?: string | undefined;
}

/** Numbers by phase as one bar of 64 px. */
export function PhaseCounts({ counts, title, className = "" }: PhaseCountsProps) {
  const phases = Object.entries(counts).filter(([, n]) => n > 0);
  return (
    <span className={`${styles.counts} ${className}`} {...(title === undefined ? { "aria-hidden": true } : { title })}>
      {phases.map(([phase, n]) => (
        <span key={phase} className={styles.part} data-group={phaseLook(phase).group} style={{ flexGrow: n }} />
      ))}
    </span>
  );
}
