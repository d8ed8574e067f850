import type { PlanName, Tick } from "../../api/machine";
import { href } from "../../base/address";
import { useMachineText } from "../../text/machine";
import { Nothing } from "../../ui/Amount";
import { Link } from "../../ui/Link";
import { Phase } from "../../ui/Phase";
import { ScrollBox } from "../../ui/ScrollBox";
import { Time } from "../../ui/Time";
import styles from "./Schedule.module.css";

/** A mark on a tick that did not run at its time. */
export function TickMark({ tick }: { tick: Tick }) {
  const { schedules } = useMachineText();
  if (tick.state === "ran") return null;
  return <span className={styles.mark}>{tick.state === "made_up" ? schedules.madeUpOne : schedules.skippedOne}</span>;
}

/** The last ticks of a schedule with what each of them started; what was missed and what was made up for is marked. */
export function History({ of, ticks }: { of: PlanName; ticks: Tick[] }) {
  const { schedules } = useMachineText();
  if (ticks.length === 0) return <p className={styles.muted}>{schedules.noHistory}</p>;
  return (
    <ScrollBox label={schedules.history}>
      <table className={styles.history} aria-label={schedules.history}>
        <thead>
          <tr>
            <th scope="col">{schedules.tick}</th>
            <th scope="col">{schedules.execution}</th>
            <th scope="col">{schedules.late}</th>
          </tr>
        </thead>
        <tbody>
          {ticks.map((tick) => (
            <tr key={tick.at}>
              <td>
                <Time at={tick.at} as="detail" /> <TickMark tick={tick} />
              </td>
              <td>
                {tick.execution && tick.phase ? (
                  <span className={styles.state}>
                    <Phase phase={tick.phase} bare />
                    <Link href={href.execution({ project: of.project, domain: of.domain, name: tick.execution })}>
                      <code translate="no">{tick.execution}</code>
                    </Link>
                  </span>
                ) : (
                  <Nothing />
                )}
              </td>
              <td>
                <Time at={tick.started_at} as="detail" />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollBox>
  );
}
