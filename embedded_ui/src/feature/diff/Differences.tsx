import type { ReactNode } from "react";
import { useCompareText } from "../../text/compare";
import { Nothing } from "../../ui/Amount";
import styles from "./Differences.module.css";
import { lineOf, type Spot } from "./diff";

function Side({ value, changed, head }: { value: unknown; changed: boolean; head: string }) {
  const line = lineOf(value);
  return (
    <td className={styles.value} data-changed={changed ? "" : undefined} data-head={head}>
      {line === "" ? <Nothing /> : <span title={line.length > 120 ? line : undefined}>{line}</span>}
    </td>
  );
}

export interface DifferencesProps {
  label: string;
  spots: readonly Spot[];
  /** What stands above the two columns. */
  heads: [from: ReactNode, to: ReactNode];
  /** The same in words, for narrow windows. */
  names: [from: string, to: string];
  /** Places that are the same are shown, too. */
  all?: boolean;
}

/** Two values beside each other, place by place. */
export function Differences({ label, spots, heads, names, all = false }: DifferencesProps) {
  const words = useCompareText();
  const shown = all ? spots : spots.filter(({ same }) => !same);
  const same = spots.length - shown.length;
  if (spots.length === 0) return <p className={styles.same}>{words.nothing}</p>;
  if (shown.length === 0) return <p className={styles.same}>{words.same}</p>;
  return (
    <>
      <table className={styles.table} aria-label={label}>
        <thead>
          <tr>
            <th scope="col">{words.place}</th>
            <th scope="col">{heads[0]}</th>
            <th scope="col">{heads[1]}</th>
          </tr>
        </thead>
        <tbody>
          {shown.map(({ path, from, to, same: unchanged }) => (
            <tr key={path}>
              <th scope="row" className={styles.path}>
                {path === "" ? words.whole : path}
              </th>
              <Side value={from} changed={!unchanged} head={names[0]} />
              <Side value={to} changed={!unchanged} head={names[1]} />
            </tr>
          ))}
        </tbody>
      </table>
      {!all && same > 0 && <p className={styles.same}>{words.others(same)}</p>}
    </>
  );
}
