import { useState } from "react";
import { terminateExecution } from "../../api/launch";
import type { RunName } from "../../base/kinds";
import { useReachable } from "../../live/use-live";
import { useText } from "../../text";
import { Button } from "../../ui/Button";
import { Field } from "../../ui/Field";
import { Popover } from "../../ui/Popover";
import styles from "./Control.module.css";

/** Asks for a reason, and gives it to `send`, which says why it cannot be by throwing. */
export function Reason({ close, send }: { close: () => void; send: (reason: string) => Promise<void> }) {
  const text = useText();
  const { end } = text.launch;
  const [reason, setReason] = useState<string>(end.reasonDefault);
  const [failure, setFailure] = useState("");
  const [sending, setSending] = useState(false);
  const submit = async () => {
    if (reason.trim() === "") {
      setFailure(end.noReason);
      return;
    }
    setSending(true);
    try {
      await send(reason.trim());
    } catch (error) {
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
    await terminateExecution(run, reason);
    close();
    onDone?.();
  };
  return (
    <Popover trigger={button} label={text.launch.end.title} placement="bottom end">
      {(close) => <Reason close={close} send={(reason) => end(reason, close)} />}
    </Popover>
  );
}
