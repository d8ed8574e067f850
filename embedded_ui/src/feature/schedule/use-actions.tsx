import { type ReactNode, useState } from "react";
import { type PlanName, runSchedule, setPlanActive, setSchedules } from "../../api/machine";
import { href } from "../../base/address";
import { go } from "../../base/query";
import { useReachable } from "../../live/use-live";
import { useText } from "../../text";
import { Button } from "../../ui/Button";
import { Dialog } from "../../ui/Popover";
import { ErrorState } from "../../ui/States";
import styles from "./Schedule.module.css";

export interface ScheduleActions {
  /** Starts an execution and goes to it. */
  runNow: (of: PlanName) => void;
  pause: (of: PlanName[] | "all") => void;
  resume: (of: PlanName[] | "all") => void;
  activate: (of: PlanName, version: string, active: boolean) => void;
  /** Why nothing can be done now; undefined when it can. */
  off: string | boolean | undefined;
  /** What the server refused, to be placed anywhere. */
  failure: ReactNode;
}

/** What can be done with schedules. `onDone` is told after each that succeeded. */
export function useScheduleActions(onDone: () => void): ScheduleActions {
  const text = useText();
  const reachable = useReachable();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const act = async (work: () => Promise<void>) => {
    if (busy) return;
    setBusy(true);
    try {
      await work();
      onDone();
    } catch (caught) {
      setError(caught);
    } finally {
      setBusy(false);
    }
  };
  const close = () => setError(null);
  return {
    runNow: (of) => void act(async () => go(href.execution(await runSchedule(of)))),
    pause: (of) => void act(() => setSchedules("pause", of)),
    resume: (of) => void act(() => setSchedules("resume", of)),
    activate: (of, version, active) => void act(() => setPlanActive(of, version, active)),
    off: reachable ? busy || undefined : text.banner.away_reason,
    failure: (
      <Dialog open={error !== null} onClose={close} label={text.launch.refused}>
        <div className={styles.failure}>
          <ErrorState title={text.launch.refused} error={error} />
          <Button onPress={close}>{text.act.close}</Button>
        </div>
      </Dialog>
    ),
  };
}
