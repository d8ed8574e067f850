import type { VirtualItem } from "@tanstack/react-virtual";
import { ChevronDown, ChevronUp, Clock, WrapText } from "lucide-react";
import type { ReactNode } from "react";
import { setPreferences, usePreferences } from "../../base/preferences";
import { useText } from "../../text";
import { Button } from "../../ui/Button";
import styles from "./Logs.module.css";
import type { Frame } from "./use-frame";

const icon = { size: 16, strokeWidth: 1.75 };

/** The lines of a log that are in view, and a way to its end when that is not followed. */
export function Scroller({
  frame,
  label,
  row,
}: {
  frame: Frame;
  label: string;
  row: (item: VirtualItem) => ReactNode;
}) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a log is no form
    <div
      ref={frame.scroller}
      className={styles.scroller}
      role="group"
      aria-label={label}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls can be scrolled by keys
      tabIndex={0}
      onScroll={frame.onScroll}
      onWheel={frame.byHand}
      onPointerDown={frame.byHand}
      onKeyDown={frame.onKeyDown}
    >
      <div className={styles.rows} style={{ height: frame.virtual.getTotalSize() }}>
        {frame.virtual.getVirtualItems().map(row)}
      </div>
    </div>
  );
}

export interface MatchesProps {
  /** Which match is shown, from 0, of how many. */
  at: number;
  of: number;
  onStep: (by: number) => void;
  /** The search goes on. */
  running?: boolean;
}

/** How many matches there are, and the way to the next. */
export function Matches({ at, of, onStep, running = false }: MatchesProps) {
  const { logs } = useText();
  const none = of === 0;
  return (
    <span className={styles.found}>
      {none ? (running ? "" : logs.noMatch) : logs.count(at + 1, of)}
      <Button kind="icon" size="small" label={logs.previous} disabled={none} onPress={() => onStep(-1)}>
        <ChevronUp {...icon} />
      </Button>
      <Button kind="icon" size="small" label={logs.next} disabled={none} onPress={() => onStep(1)}>
        <ChevronDown {...icon} />
      </Button>
    </span>
  );
}

/** How the lines of every log look: with their times, wrapped. */
export function Look() {
  const { logs } = useText();
  const { wrapLogs, logTimes } = usePreferences();
  return (
    <>
      <Button
        kind="icon"
        size="small"
        label={logs.times}
        pressed={logTimes}
        onPress={() => setPreferences({ logTimes: !logTimes })}
      >
        <Clock {...icon} />
      </Button>
      <Button
        kind="icon"
        size="small"
        label={logs.wrap}
        pressed={wrapLogs}
        onPress={() => setPreferences({ wrapLogs: !wrapLogs })}
      >
        <WrapText {...icon} />
      </Button>
    </>
  );
}

/** Whether the end is followed. */
export function Follow({ frame }: { frame: Frame }) {
  const { logs } = useText();
  return (
    <Button
      size="small"
      kind="quiet"
      label={`${logs.follow} (f)`}
      pressed={frame.follow}
      onPress={() => frame.setFollow(!frame.follow)}
    >
      {logs.follow}
    </Button>
  );
}
