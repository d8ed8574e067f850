import type { ReactNode } from "react";
import type { Run } from "../../api/types";
import { href } from "../../base/address";
import { useText } from "../../text";
import { useCompareText } from "../../text/compare";
import { bytes, duration } from "../../text/format";
import { Nothing } from "../../ui/Amount";
import { Link } from "../../ui/Link";
import { Phase } from "../../ui/Phase";
import styles from "./Compare.module.css";
import { runOf } from "./Heads";
import type { NodeFacts, NodePair } from "./nodes";

/** "+4.2s", "-12 MiB"; nothing when one side is not known. */
export function delta(from: number | null, to: number | null, write: (amount: number) => string): string {
  if (from === null || to === null) return "";
  const by = to - from;
  return `${by < 0 ? "−" : "+"}${write(Math.abs(by))}`;
}

function Change({ text, label }: { text: string; label: string }) {
  return (
    <td className={styles.delta} data-head={label}>
      {text === "" ? <Nothing /> : text}
    </td>
  );
}

function Peak({ of }: { of: NodeFacts | null }) {
  const words = useCompareText();
  if (of?.peak === null || of?.peak === undefined) return <Nothing />;
  return <>{of.limit === null ? bytes(of.peak) : words.ofLimit(bytes(of.peak), bytes(of.limit))}</>;
}

function PhaseCell({ of, run }: { of: NodeFacts | null; run: Run }) {
  const text = useText();
  const words = useCompareText();
  if (!of) return <span className={styles.muted}>{words.missing}</span>;
  return (
    <Link href={href.execution(runOf(run.execution), { node: of.id })} className={styles.phase}>
      <Phase phase={of.phase} />
      {of.attempts > 1 && <span className={styles.muted}>{text.execution.nodes.attempts(of.attempts)}</span>}
    </Link>
  );
}

interface RowProps {
  pair: NodePair;
  a: Run;
  b: Run;
}

function Row({ pair: { name, level, from, to }, a, b }: RowProps) {
  const words = useCompareText();
  const length = (of: NodeFacts | null): ReactNode =>
    of?.duration === null || of?.duration === undefined ? <Nothing /> : duration(of.duration);
  const times = delta(from?.duration ?? null, to?.duration ?? null, duration);
  const peaks = delta(from?.peak ?? null, to?.peak ?? null, bytes);
  return (
    <tr>
      <th scope="row" style={{ paddingLeft: (level - 1) * 16 }}>
        {name}
      </th>
      <td>
        <PhaseCell of={from} run={a} />
      </td>
      <td>
        <PhaseCell of={to} run={b} />
      </td>
      <td className={styles.number}>{length(from)}</td>
      <td className={styles.number}>{length(to)}</td>
      <Change text={times} label={words.delta} />
      <td className={styles.number}>
        <Peak of={from} />
      </td>
      <td className={styles.number}>
        <Peak of={to} />
      </td>
      <Change text={peaks} label={words.delta} />
    </tr>
  );
}

/** The nodes of two executions beside each other. */
export function NodeDifferences({ pairs, a, b, all }: { pairs: NodePair[]; a: Run; b: Run; all: boolean }) {
  const words = useCompareText();
  const shown = all ? pairs : pairs.filter(({ differs }) => differs);
  return (
    <>
      {shown.length > 0 && (
        <div className={styles.scroll}>
          <table className={styles.nodes} aria-label={words.nodes}>
            <thead>
              <tr>
                <th scope="col">{words.node}</th>
                <th scope="colgroup" colSpan={2}>
                  {words.phase}
                </th>
                <th scope="colgroup" colSpan={3} className={styles.number}>
                  {words.duration} {words.delta}
                </th>
                <th scope="colgroup" colSpan={3} className={styles.number}>
                  {words.peak} {words.delta}
                </th>
              </tr>
            </thead>
            <tbody>
              {shown.map((pair) => (
                <Row key={pair.key} pair={pair} a={a} b={b} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {pairs.length > shown.length && <p className={styles.muted}>{words.close(pairs.length - shown.length)}</p>}
    </>
  );
}
