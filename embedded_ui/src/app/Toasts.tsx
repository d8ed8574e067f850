import { X } from "lucide-react";
import { useEffect, useState } from "react";
import { useStore } from "../base/store";
import { useText } from "../text";
import { Button } from "../ui/Button";
import { Link } from "../ui/Link";
import { dismiss, type Toast, toasts } from "../ui/toast";
import styles from "./Toasts.module.css";

const SHOWN_MS = 8000;

function Line({ toast: { id, text, href, bad } }: { toast: Toast }) {
  const { act } = useText();
  const [held, setHeld] = useState(false);
  useEffect(() => {
    if (bad || held) return;
    const timer = setTimeout(() => dismiss(id), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [id, bad, held]);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it only stays while somebody reads it
    <div
      className={styles.toast}
      data-bad={bad ? "" : undefined}
      role={bad ? "alert" : undefined}
      onMouseEnter={() => setHeld(true)}
      onMouseLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
    >
      <span className={styles.text} title={text}>
        {text}
      </span>
      {href && <Link href={href}>{act.open}</Link>}
      <Button kind="icon" size="small" label={act.close} onPress={() => dismiss(id)}>
        <X size={14} strokeWidth={1.75} />
      </Button>
    </div>
  );
}

/** Results of a person's own actions on pages that the person has left. Errors stay until they are closed. */
export default function Toasts() {
  return useStore(toasts).map((toast) => <Line key={toast.id} toast={toast} />);
}
