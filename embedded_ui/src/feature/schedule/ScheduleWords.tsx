import type { Schedule } from "../../api/machine";
import { useFormat } from "../../text";
import { useMachineText } from "../../text/machine";
import styles from "./Schedule.module.css";
import { cronWords } from "./words";

interface ScheduleWordsProps {
  of: Pick<Schedule, "expression" | "zone" | "rate">;
  /** As it was written only where there are no words for it; the tooltip has it all the same. */
  short?: boolean;
}

/** When a schedule ticks, in words with its zone, and as it was written. */
export function ScheduleWords({ of, short = false }: ScheduleWordsProps) {
  const { schedules } = useMachineText();
  const { language } = useFormat();
  const words = of.rate ? schedules.rate(of.rate.value, of.rate.unit) : cronWords(of.expression, language);
  return (
    <span className={styles.words} title={`${of.expression} (${of.zone})`}>
      {words && (
        <span>
          {words}{" "}
          {!of.rate && (
            <span className={styles.muted} translate="no">
              {schedules.zone(of.zone)}
            </span>
          )}
        </span>
      )}
      {!of.rate && !(short && words) && (
        <code className={styles.muted} translate="no">
          {of.expression}
        </code>
      )}
    </span>
  );
}
