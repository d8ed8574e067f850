import { type ReactNode, useState } from "react";
import { useText } from "../text";
import styles from "./Act.module.css";
import { Button } from "./Button";
import { Dialog } from "./Popover";
import { ErrorState } from "./States";
import { toastFailure } from "./toast";
import { useHere } from "./use-here";

export interface Acting {
  /** Does something to what has this name, unless something is being done. `here` tells whether its page is still shown. */
  act: (name: string, work: (here: () => boolean) => Promise<void>) => void;
  busy: boolean;
  /** What the server refused, to be placed anywhere. */
  failure: ReactNode;
}

/** For acts that ask nothing first: one at a time, and a dialog that says why one could not be done. */
export function useAct(): Acting {
  const text = useText();
  const begin = useHere();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const run = async (name: string, work: (here: () => boolean) => Promise<void>) => {
    if (busy) return;
    const here = begin();
    setBusy(true);
    try {
      await work(here);
    } catch (caught) {
      if (here()) setError(caught);
      else toastFailure(name, caught);
    } finally {
      setBusy(false);
    }
  };
  const close = () => setError(null);
  return {
    act: (name, work) => void run(name, work),
    busy,
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
