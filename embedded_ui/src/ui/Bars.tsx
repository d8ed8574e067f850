import { useRef } from "react";
import { go } from "../base/query";
import styles from "./Bars.module.css";
import { phaseLook } from "./phases";

export interface Bar {
  id: string;
  phase: string;
  /** Milliseconds; decides the height where heights differ. */
  duration: number;
  /** Names the bar for the tooltip and for screen readers. */
  label: string;
  href: string;
}

export interface BarsProps {
  bars: Bar[];
  /** Says what all the bars are. */
  label: string;
  /** Bars of one height, as beside the names of a list. */
  even?: boolean;
}

/** Heights by the logarithm, so that a second and an hour can stand side by side. */
function heightOf(duration: number, longest: number): number {
  if (longest <= 0) return 20;
  return Math.max(12, Math.round((100 * Math.log1p(duration)) / Math.log1p(longest)));
}

/** Bars of executions, the newest right. One tab stop; arrows walk, Enter opens. */
export function Bars({ bars, label, even = false }: BarsProps) {
  const box = useRef<HTMLDivElement>(null);
  const longest = Math.max(0, ...bars.map(({ duration }) => duration));
  const focus = (index: number) => box.current?.querySelectorAll<HTMLElement>("a")[index]?.focus();
  const onKeyDown = (event: React.KeyboardEvent, index: number) => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    focus(Math.min(bars.length - 1, Math.max(0, index + step)));
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a group of links
    <div ref={box} className={even ? styles.even : styles.bars} role="group" aria-label={label}>
      {bars.map((bar, index) => (
        <a
          key={bar.id}
          href={bar.href}
          className={styles.bar}
          title={bar.label}
          aria-label={bar.label}
          tabIndex={index === bars.length - 1 ? 0 : -1}
          onKeyDown={(event) => onKeyDown(event, index)}
          onClick={(event) => {
            if (event.metaKey || event.ctrlKey || event.shiftKey) return;
            event.preventDefault();
            go(bar.href);
          }}
        >
          <span
            className={styles.fill}
            data-group={phaseLook(bar.phase).group}
            style={even ? undefined : { height: `${heightOf(bar.duration, longest)}%` }}
          />
        </a>
      ))}
    </div>
  );
}
