import { Check, Copy as CopyIcon } from "lucide-react";
import { useEffect, useState } from "react";
import { useText } from "../text";
import { Button } from "./Button";
import styles from "./Copy.module.css";
import { copyText } from "./clipboard";

export interface CopyProps {
  text: string;
  /** What is copied, for the tooltip and for screen readers. */
  what?: string;
}

/** A button that copies a text, and says that it did. */
export function Copy({ text: value, what }: CopyProps) {
  const text = useText();
  const [done, setDone] = useState(false);
  useEffect(() => {
    if (!done) return;
    const timer = setTimeout(() => setDone(false), 1500);
    return () => clearTimeout(timer);
  }, [done]);
  const label = done ? text.act.copied : what ? text.act.copyOf(what) : text.act.copy;
  return (
    <Button kind="icon" size="small" label={label} onPress={() => void copyText(value).then(setDone)}>
      {done ? <Check size={14} strokeWidth={1.75} /> : <CopyIcon size={14} strokeWidth={1.75} />}
    </Button>
  );
}

/** A command to type, with a button that copies it. */
export function Command({ command }: { command: string }) {
  return (
    <span className={styles.command}>
      <code className={styles.code} translate="no">
        {command}
      </code>
      <Copy text={command} />
    </span>
  );
}
