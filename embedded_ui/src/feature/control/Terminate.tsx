import { useState } from "react";
import { terminateExecution } from "../../api/launch";
import { href } from "../../base/address";
import type { RunName } from "../../base/kinds";
import { useReachable } from "../../live/use-live";
import { useText } from "../../text";
import { Button } from "../../ui/Button";
import { Field } from "../../ui/Field";
import { Popover } from "../../ui/Popover";
import { toast, toastFailure } from "../../ui/toast";
import { samePage, useHere } from "../../ui/use-here";
import styles from "./Control.module.css";

export interface ReasonProps {
  /** What is terminated. */
  name: string;
  close: () => void;
  /** Says why it cannot be by throwing. */
  send: (reason: string) => Promise<void>;
}

/** Asks for a reason. */
export function Reason({ name, close, send }: ReasonProps) {
  const text = useText();
  const begin = useHere();
  const { end } = text.launch;
  const [reason, setReason] = useState<string>(end.reasonDefault);
  const [failure, setFailure] = useState("");
  const [sending, setSending] = useState(false);
  const submit = async () => {
    if (reason.trim() === "") {
      setFailure(end.noReason);
      return;
    }
    const here = begin();
    setSending(true);
    try {
      await send(reason.trim());
    } catch (error) {
      if (!here()) toastFailure(name, error);
      setFailure(error instanceof Error ? error.message : String(error));
      setSending(false);
    }
  };
  return (
    <form
      className={styles.popover}
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <h2>{end.title}</h2>
      <Field
        label={end.reason}
        hint={end.hint}
        value={reason}
        onChange={(value) => {
          setReason(value);
          setFailure("");
        }}
        error={failure === "" ? undefined : failure}
      />
      <span className={styles.buttons}>
        <Button onPress={close}>{text.act.cancel}</Button>
        <Button kind="danger" type="submit" disabled={sending}>
          {text.act.terminate}
        </Button>
      </span>
    </form>
  );
}

/** `Terminate`, which asks for a reason at the button. */
export function Terminate({ run, onDone }: { run: RunName; onDone?: () => void }) {
  const text = useText();
  const reachable = useReachable();
  const away = reachable ? undefined : text.banner.away_reason;
  const button = <Button disabled={away}>{text.act.terminate}</Button>;
  if (away) return button;
  const end = async (reason: string, close: () => void) => {
    const here = samePage(); // This button goes when the run is being terminated.
    await terminateExecution(run, reason);
    close();
    onDone?.();
    if (!here()) toast(`${run.name}: ${text.launch.end.ends}`, { href: href.execution(run) });
  };
  return (
    <Popover trigger={button} label={text.launch.end.title} placement="bottom end">
      {(close) => <Reason name={run.name} close={close} send={(reason) => end(reason, close)} />}
    </Popover>
  );
}
