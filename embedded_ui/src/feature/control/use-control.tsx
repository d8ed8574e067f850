import type { ReactNode } from "react";
import { archiveExecution, recoverExecution } from "../../api/launch";
import { href } from "../../base/address";
import type { RunName } from "../../base/kinds";
import { go } from "../../base/query";
import { useText } from "../../text";
import { toast } from "../../ui/toast";
import { useAct } from "../../ui/use-act";

export interface Control {
  /** Starts a run that takes over what succeeded, and goes to it. */
  recover: () => void;
  archive: (archived: boolean) => void;
  busy: boolean;
  /** What the server refused, to be placed anywhere. */
  failure: ReactNode;
}

/** The acts on a run that ask nothing first. `onDone` is told when the run itself has changed. */
export function useControl(run: RunName, onDone?: () => void): Control {
  const { started, end } = useText().launch;
  const { act, busy, failure } = useAct();
  return {
    busy,
    failure,
    recover: () =>
      act(run.name, async (here) => {
        const fresh = await recoverExecution(run);
        if (here()) go(href.execution(fresh));
        else toast(started(fresh.name), { href: href.execution(fresh) });
      }),
    archive: (archived) =>
      act(run.name, async (here) => {
        await archiveExecution(run, archived);
        onDone?.();
        if (!here()) toast(`${run.name}: ${archived ? end.archived : end.restored}`, { href: href.execution(run) });
      }),
  };
}
