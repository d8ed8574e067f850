import { X } from "lucide-react";
import { useState } from "react";
import { href } from "../../base/address";
import type { EntityName, RunName } from "../../base/kinds";
import { go } from "../../base/query";
import { useReachable } from "../../live/use-live";
import { useText } from "../../text";
import { Button } from "../../ui/Button";
import { later } from "../../ui/later";
import { Dialog } from "../../ui/Popover";
import styles from "./Launch.module.css";
import type { Source } from "./source";

const LaunchForm = later(async () => ({ default: (await import("./LaunchForm")).LaunchForm }));

interface DrawerProps {
  source: Source;
  open: boolean;
  onClose: () => void;
}

/** The launch form in a drawer over the page. A changed form asks before it closes. */
export function LaunchDrawer({ source, open, onClose }: DrawerProps) {
  const text = useText();
  const [changed, setChanged] = useState(false);
  const [asking, setAsking] = useState(false);
  const leave = () => {
    setAsking(false);
    setChanged(false);
    onClose();
  };
  const close = () => (changed ? setAsking(true) : leave());
  const launched = (run: RunName) => {
    leave();
    go(href.execution(run));
  };
  return (
    <>
      <Dialog open={open} onClose={close} label={text.launch.title} kind="drawer">
        <div className={styles.drawer}>
          <div className={styles.drawerHead}>
            <div className={styles.drawerTitle}>
              <h2>{text.launch.title}</h2>
              <span className={styles.what}>{source.of.name}</span>
            </div>
            <Button kind="icon" label={text.act.close} onPress={close}>
              <X size={16} strokeWidth={1.75} aria-hidden />
            </Button>
          </div>
          <LaunchForm source={source} onCancel={close} onLaunched={launched} onChanged={setChanged} />
        </div>
      </Dialog>
      <Dialog open={asking} onClose={() => setAsking(false)} label={text.launch.title}>
        <div className={styles.ask}>
          <p>{text.launch.leave}</p>
          <span className={styles.askButtons}>
            <Button onPress={() => setAsking(false)}>{text.act.back}</Button>
            <Button kind="primary" onPress={leave}>
              {text.act.close}
            </Button>
          </span>
        </div>
      </Dialog>
    </>
  );
}

export interface LaunchButtonProps {
  of: EntityName;
  version?: string;
  /** The launch plan to begin with. */
  plan?: string;
  small?: boolean;
}

/** `Launch Task` or `Launch Workflow`: opens the form over the page. */
export function LaunchButton({ of, version, plan, small = false }: LaunchButtonProps) {
  const text = useText();
  const reachable = useReachable();
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button
        kind="primary"
        size={small ? "small" : "normal"}
        disabled={reachable ? undefined : text.banner.away_reason}
        onPress={() => setOpen(true)}
      >
        {of.kind === "task" ? text.act.launchTask : text.act.launchWorkflow}
      </Button>
      {open && <LaunchDrawer source={{ of, version, plan }} open={open} onClose={() => setOpen(false)} />}
    </>
  );
}
