import type { ReactNode } from "react";
import { type PlanName, runSchedule, setPlanActive, setSchedules } from "../../api/machine";
import { href } from "../../base/address";
import { go } from "../../base/query";
import { useReachable } from "../../live/use-live";
import { useText } from "../../text";
import { toast } from "../../ui/toast";
import { useAct } from "../../ui/use-act";

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
  const { act, busy, failure } = useAct();
  const set = (name: string, work: () => Promise<void>) => act(name, () => work().then(onDone));
  const named = (of: PlanName[] | "all"): string =>
    of === "all" ? text.nav.schedules : of.map(({ name }) => name).join(", ");
  return {
    runNow: (of) =>
      act(of.name, async (here) => {
        const fresh = await runSchedule(of);
        if (here()) go(href.execution(fresh));
        else toast(text.launch.started(fresh.name), { href: href.execution(fresh) });
        onDone();
      }),
    pause: (of) => set(named(of), () => setSchedules("pause", of)),
    resume: (of) => set(named(of), () => setSchedules("resume", of)),
    activate: (of, version, active) => set(of.name, () => setPlanActive(of, version, active)),
    off: reachable ? busy || undefined : text.banner.away_reason,
    failure,
  };
}
