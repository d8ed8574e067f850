import { memo } from "react";
import { useText } from "../../text";
import { duration } from "../../text/format";
import { phaseLook } from "../../ui/phases";
import type { Scale } from "./scale";
import type { Segment } from "./segments";
import styles from "./Timeline.module.css";

export interface LaneProps {
  scale: Scale;
  segments: Segment[];
  /** The bar in words. */
  label: string;
  chosen?: number | null;
}

const percent = (share: number): string => `${(share * 100).toFixed(3)}%`;

/** The bar of one row. */
export const Lane = memo(function Lane({ scale, segments, label, chosen = null }: LaneProps) {
  const last = segments.reduce((newest, { attempt }) => Math.max(newest, attempt ?? 0), 0);
  return (
    <div className={styles.lane} role="img" aria-label={label} title={label}>
      {scale.gaps.map(({ from, at, size }) => (
        <span key={from} className={styles.gap} style={{ left: percent(at), width: percent(size) }} />
      ))}
      {segments
        .filter(({ from, to }) => to >= scale.from && from <= scale.to)
        .map((segment) => {
          const from = scale.at(segment.from);
          const to = scale.at(segment.to);
          const group = phaseLook(segment.phase).group;
          return (
            <span
              key={`${segment.kind}-${segment.attempt}`}
              className={styles.segment}
              data-kind={segment.kind}
              data-group={segment.kind === "run" || segment.kind === "whole" ? group : undefined}
              data-retried={
                segment.kind === "run" && segment.attempt !== null && segment.attempt < last ? "" : undefined
              }
              data-open={segment.open ? "" : undefined}
              data-chosen={chosen !== null && segment.kind === "run" && segment.attempt === chosen ? "" : undefined}
              style={{ left: percent(from), width: percent(Math.max(0, to - from)) }}
            />
          );
        })}
    </div>
  );
});

/** What a bar shows, in a sentence: for tooltips and for who does not see it. */
export function useBarText(): (segments: Segment[], phase: string) => string {
  const text = useText();
  return (segments, phase) => {
    const word = text.phase[phaseLook(phase).word];
    if (segments.length === 0) return word;
    const sum = (kind: Segment["kind"]) =>
      segments.filter((each) => each.kind === kind).reduce((total, { from, to }) => total + to - from, 0);
    const attempts = new Set(segments.map(({ attempt }) => attempt)).size;
    const { nodes } = text.execution;
    const [wait, pull, start] = [sum("wait"), sum("pull"), sum("start")];
    const run = sum("run") + sum("whole");
    return [
      wait > 0 ? nodes.queuedFor(duration(wait)) : "",
      pull > 0 ? nodes.pulledFor(duration(pull)) : "",
      start > 0 ? nodes.startedFor(duration(start)) : "",
      run > 0 ? nodes.ranFor(duration(run), attempts) : "",
      word,
    ]
      .filter((part) => part !== "")
      .join(", ");
  };
}
