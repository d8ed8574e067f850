import { memo } from "react";
import { useFormat, useText } from "../../text";
import { bytes, timeInList } from "../../text/format";
import { bareMarks } from "./ansi";
import { LineText, type Mark } from "./LineText";
import styles from "./Logs.module.css";
import type { LogLine } from "./store";

export interface RowProps {
  measure: (element: HTMLElement | null) => void;
  index: number;
  /** From 1; that of the index without. */
  number?: number;
  offset: number;
  line: LogLine | undefined;
  marks: Mark[] | undefined;
  current: boolean;
  chosen: boolean;
  wrap: boolean;
  times: boolean;
  digits: number;
  /** Where a line that is cut is to be had whole; nowhere without. */
  whole?: (line: number) => string;
  onChoose: (line: number, extend: boolean) => void;
}

const NONE: Mark[] = [];

/** One line: its number, which is a link, its time when that is wanted, and its text. */
export const Row = memo(function Row(props: RowProps) {
  const { index, line, marks = NONE, digits } = props;
  const text = useText();
  const options = useFormat();
  const { number = index + 1 } = props;
  return (
    <div
      ref={props.measure}
      data-index={index}
      className={styles.row}
      data-stderr={line?.stderr ? "" : undefined}
      data-current={props.current ? "" : undefined}
      data-chosen={props.chosen ? "" : undefined}
      data-wrap={props.wrap ? "" : undefined}
      style={{ transform: `translateY(${props.offset}px)` }}
    >
      <button
        type="button"
        tabIndex={-1}
        className={styles.number}
        style={{ minWidth: `${digits}ch` }}
        aria-label={text.logs.line(number)}
        onClick={(event) => props.onChoose(number, event.shiftKey)}
      >
        {number}
      </button>
      {props.times && (
        <span className={styles.time}>
          {line && line.timeMs > 0 ? timeInList(line.timeMs, line.timeMs, options) : ""}
        </span>
      )}
      <span className={styles.text}>
        {line?.stderr && <span className="visually-hidden">{text.logs.standardError}: </span>}
        {line ? <LineText text={line.text} marks={bareMarks(line.text, marks)} /> : " "}
        {line && line.cut > 0 && (
          <span className={styles.cut}>
            {" "}
            {text.logs.cut(bytes(line.cut))}{" "}
            {props.whole && (
              <a href={props.whole(number - 1)} target="_blank" rel="noopener">
                {text.logs.whole}
              </a>
            )}
          </span>
        )}
      </span>
    </div>
  );
});
