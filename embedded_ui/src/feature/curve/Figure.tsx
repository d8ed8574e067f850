import { useState } from "react";
import { duration } from "../../text/format";
import { useUsageText } from "../../text/usage";
import { Button } from "../../ui/Button";
import styles from "./Curve.module.css";
import type { Curve } from "./draw";
import { Plot } from "./Plot";
import { evenly } from "./usage";

const ROWS = 60;

export interface Column {
  head: string;
  values: number[];
  write: (value: number) => string;
}

/** The samples as a table: the alternative to the picture. */
export function SampleTable({ t, columns, label }: { t: number[]; columns: Column[]; label: string }) {
  const text = useUsageText();
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls can be scrolled by keys
    <section className={styles.tableBox} aria-label={label} tabIndex={0}>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">{text.time}</th>
            {columns.map(({ head }) => (
              <th key={head} scope="col">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {evenly(t.length, ROWS).map((index) => (
            <tr key={t[index]}>
              <td>{duration(t[index] ?? 0)}</td>
              {columns.map(({ head, values, write }) => (
                <td key={head}>{write(values[index] ?? 0)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

export interface FigureProps {
  title: string;
  sentence: string;
  curve: Curve;
  sync: string;
  height?: number;
  onHover: (index: number | null) => void;
  children?: React.ReactNode;
}

/** A curve under its title and its sentence. */
export function Figure({ title, sentence, curve, sync, height, onHover, children }: FigureProps) {
  return (
    <figure className={styles.figure}>
      <figcaption className={styles.head}>
        <h3>{title}</h3>
        <span className={styles.said}>{sentence}</span>
      </figcaption>
      <Plot
        curve={curve}
        label={`${title}. ${sentence}`}
        sync={sync}
        onHover={onHover}
        {...(height ? { height } : {})}
      />
      {children}
    </figure>
  );
}

/** What is under the pointer, and the button that shows the table. */
export function Foot({ readout, children }: { readout: string | null; children: React.ReactNode }) {
  const text = useUsageText();
  const [open, setOpen] = useState(false);
  return (
    <>
      <div className={styles.foot}>
        <Button size="small" pressed={open} onPress={() => setOpen(!open)}>
          {open ? text.asCurve : text.asTable}
        </Button>
        <span className={styles.readout} aria-hidden>
          {readout ?? text.point}
        </span>
      </div>
      {open && children}
    </>
  );
}
