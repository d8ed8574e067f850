import { memo } from "react";
import type { RunLogLine } from "../../api/run-log";
import { useFormat, useText } from "../../text";
import { timeInList } from "../../text/format";
import { useUsageText } from "../../text/usage";
import { Link } from "../../ui/Link";
import { LineText, type Mark } from "./LineText";
import styles from "./Logs.module.css";
import run from "./RunLog.module.css";

export interface RunRowProps {
  measure: (element: HTMLElement | null) => void;
  index: number;
  offset: number;
  line: RunLogLine;
  /** Of its node, with its item. */
  name: string;
  hue: number;
  href: string;
  marks: Mark[] | undefined;
  current: boolean;
  wrap: boolean;
  times: boolean;
}

const NONE: Mark[] = [];
export const HUES = 8;

/** One line of a run's log: whose it is, by name and by the colour at its left, and its text. */
export const RunRow = memo(function RunRow(props: RunRowProps) {
  const { line, name, marks = NONE, index } = props;
  const text = useText();
  const words = useUsageText();
  const options = useFormat();
  return (
    <div
      ref={props.measure}
      data-index={index}
      className={`${styles.row} ${run.row}`}
      data-hue={props.hue % HUES}
      data-stderr={line.stderr ? "" : undefined}
      data-current={props.current ? "" : undefined}
      data-wrap={props.wrap ? "" : undefined}
      style={{ transform: `translateY(${props.offset}px)` }}
    >
      {props.times && <span className={styles.time}>{line.t > 0 ? timeInList(line.t, line.t, options) : ""}</span>}
      <Link href={props.href} className={run.name} title={words.log.open(name, line.n + 1)}>
        {name}
      </Link>
      <span className={`${styles.text} ${run.text}`}>
        {line.stderr && <span className="visually-hidden">{text.logs.standardError}: </span>}
        <LineText text={line.text} marks={marks} />
      </span>
    </div>
  );
});
