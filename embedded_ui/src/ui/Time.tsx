import { parseTime, serverNow, useSeconds, useTenSeconds } from "../base/clock";
import { useFormat, useText } from "../text";
import { duration, growingDuration, timeInDetail, timeInList, timeWithZone } from "../text/format";
import { Nothing } from "./Amount";
import styles from "./Time.module.css";

/** How long ago, in words; for tooltips and where "ago" is named. */
export function useAgo(): (ms: number) => string {
  const text = useText();
  const now = useTenSeconds();
  return (ms) => {
    const seconds = Math.max(0, Math.floor((Math.max(now, serverNow()) - ms) / 1000));
    if (seconds < 10) return text.time.now;
    if (seconds < 60) return text.time.seconds(seconds);
    if (seconds < 3600) return text.time.minutes(Math.floor(seconds / 60));
    if (seconds < 86_400) return text.time.hours(Math.floor(seconds / 3600));
    return text.time.days(Math.floor(seconds / 86_400));
  };
}

export interface TimeProps {
  /** RFC 3339. */
  at: string | null | undefined;
  as?: "list" | "detail" | "ago";
}

/** A time in the reader's zone; the tooltip has it with its zone, in UTC and relative. */
export function Time({ at, as = "list" }: TimeProps) {
  const options = useFormat();
  const ago = useAgo();
  const ms = parseTime(at);
  if (ms === null) return <Nothing />;
  const iso = new Date(ms).toISOString();
  const write = as === "list" ? timeInList : timeInDetail;
  return (
    <time className={styles.number} dateTime={iso} title={`${timeWithZone(ms, options)}\n${iso}\n${ago(ms)}`}>
      {as === "ago" ? ago(ms) : write(ms, serverNow(), options)}
    </time>
  );
}

export interface DurationProps {
  /** Milliseconds; when not known and `since` is given, the time from then to now, which grows. */
  ms?: number | null | undefined;
  since?: string | null | undefined;
}

/** A length of time. */
export function Duration({ ms, since }: DurationProps) {
  const from = ms === null || ms === undefined ? parseTime(since) : null;
  const now = useSeconds(from !== null);
  if (from !== null) return <span className={styles.number}>{growingDuration(Math.max(0, now - from))}</span>;
  if (ms === null || ms === undefined) return <Nothing />;
  return (
    <span className={styles.number} title={`${ms} ms`}>
      {duration(ms)}
    </span>
  );
}
