import { type PointerEvent, useRef, useState } from "react";
import { useText } from "../../text";
import { duration } from "../../text/format";
import { type Scale, type Span, ticks } from "./scale";
import styles from "./Timeline.module.css";

export interface AxisProps {
  scale: Scale;
  /** Where the numbers count from. */
  origin: number;
  width: number;
  onZoom: (span: Span | null) => void;
}

const percent = (share: number): string => `${(share * 100).toFixed(3)}%`;
const short = (ms: number): string =>
  ms === 0
    ? "0s"
    : duration(ms)
        .replace(".0s", "s")
        .replace(/ 00[sm]$/, "");

/** The axis of all rows: drag to zoom, double click to see all again. */
export function Axis({ scale, origin, width, onZoom }: AxisProps) {
  const text = useText();
  const box = useRef<HTMLDivElement>(null);
  const [drag, setDrag] = useState<[number, number] | null>(null);
  const share = (event: PointerEvent) => {
    const rect = box.current?.getBoundingClientRect();
    return rect ? Math.min(1, Math.max(0, (event.clientX - rect.left) / rect.width)) : 0;
  };
  const onUp = () => {
    if (drag) {
      const [from, to] = [Math.min(...drag), Math.max(...drag)];
      if (to - from > 0.01) onZoom({ from: scale.time(from), to: scale.time(to) });
    }
    setDrag(null);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the buttons Fit and 100 % do the same by keys
    <div
      ref={box}
      className={styles.axis}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        setDrag([share(event), share(event)]);
      }}
      onPointerMove={(event) => {
        if (drag) setDrag([drag[0], share(event)]);
      }}
      onPointerUp={onUp}
      onDoubleClick={() => onZoom(null)}
    >
      {ticks(scale, origin, Math.max(3, Math.floor(width / 72))).map((tick) => (
        <span key={tick} className={styles.tick} style={{ left: percent(scale.at(origin + tick)) }}>
          {short(tick)}
        </span>
      ))}
      {scale.gaps.map(({ from, to, at, size }) => (
        <span
          key={from}
          className={styles.zigzag}
          style={{ left: percent(at), width: percent(size) }}
          title={text.execution.nodes.gap(duration(to - from))}
        >
          ⌇
        </span>
      ))}
      {drag && (
        <span
          className={styles.drag}
          style={{ left: percent(Math.min(...drag)), width: percent(Math.abs(drag[1] - drag[0])) }}
        />
      )}
    </div>
  );
}
