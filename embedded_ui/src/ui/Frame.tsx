import { Maximize2, Minimize2, RotateCw, SquareArrowOutUpRight } from "lucide-react";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { useStoredText as useText } from "../text/stored";
import { Button } from "./Button";
import styles from "./Frame.module.css";

export interface FrameProps {
  /** An address of this server that answers with the policy of decks. */
  src: string;
  title: string;
  onRefresh?: () => void;
  /** What else stands in its bar. */
  children?: ReactNode;
}

/** A page that a task wrote. It is of an origin of its own: neither this page nor the server can be reached from it. */
export function Frame({ src, title, onRefresh, children }: FrameProps) {
  const text = useText();
  const whole = useRef<HTMLDivElement>(null);
  const [full, setFull] = useState(false);
  useEffect(() => {
    const onChange = () => setFull(document.fullscreenElement === whole.current);
    document.addEventListener("fullscreenchange", onChange);
    return () => document.removeEventListener("fullscreenchange", onChange);
  }, []);
  const toggle = () => void (full ? document.exitFullscreen() : whole.current?.requestFullscreen());
  return (
    <div ref={whole} className={styles.whole}>
      <div className={styles.bar}>
        {children}
        <span className={styles.buttons}>
          {onRefresh && (
            <Button kind="icon" size="small" label={text.stored.deck.refresh} onPress={onRefresh}>
              <RotateCw size={14} strokeWidth={1.75} />
            </Button>
          )}
          <a
            className={styles.tab}
            href={src}
            target="_blank"
            rel="noopener noreferrer"
            title={text.stored.preview.newTab}
          >
            <SquareArrowOutUpRight size={14} strokeWidth={1.75} aria-hidden />
            <span className="visually-hidden">{text.stored.preview.newTab}</span>
          </a>
          <Button
            kind="icon"
            size="small"
            label={full ? text.stored.preview.leaveFull : text.stored.preview.full}
            onPress={toggle}
          >
            {full ? <Minimize2 size={14} strokeWidth={1.75} /> : <Maximize2 size={14} strokeWidth={1.75} />}
          </Button>
        </span>
      </div>
      <iframe
        className={styles.frame}
        src={src}
        title={title}
        sandbox="allow-scripts allow-popups allow-downloads"
        referrerPolicy="no-referrer"
      />
    </div>
  );
}
