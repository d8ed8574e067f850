import { type ReactNode, useState } from "react";
import { archiveExecution, recoverExecution } from "../../api/launch";
import { href } from "../../base/address";
import type { RunName } from "../../base/kinds";
import { go } from "../../base/query";
import { useText } from "../../text";
import { Button } from "../../ui/Button";
import { Dialog } from "../../ui/Popover";
import { ErrorState } from "../../ui/States";
import styles from "./Control.module.css";

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
  const text = useText();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const act = async (work: () => Promise<void>) => {
    if (busy) return;
    setBusy(true);
    try {
      await work();
    } catch (caught) {
      setError(caught);
    } finally {
      setBusy(false);
    }
  };
  return {
    busy,
    recover: () => void act(async () => go(href.execution(await recoverExecution(run)))),
    archive: (archived) =>
      void act(async () => {
        await archiveExecution(run, archived);
        onDone?.();
      }),
    failure: (
      <Dialog open={error !== null} onClose={() => setError(null)} label={text.launch.refused}>
        <div className={styles.failure}>
          <ErrorState title={text.launch.refused} error={error} />
          <span className={styles.buttons}>
            <Button onPress={() => setError(null)}>{text.act.close}</Button>
          </span>
        </div>
      </Dialog>
    ),
  };
}
