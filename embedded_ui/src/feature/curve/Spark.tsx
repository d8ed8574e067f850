import { bytes } from "../../text/format";
import { useUsageText } from "../../text/usage";
import { Button } from "../../ui/Button";
import styles from "./Curve.module.css";
import { memorySentence } from "./curves";
import { usageOf } from "./usage";
import { type PodOfRun, usePodUsage } from "./use-pod-usage";

const WIDTH = 400;
const HEIGHT = 26;

/** The points of a small curve, from the left bottom of a box to its right; the limit is its top. */
export function sparkPoints(times: number[], values: number[], top: number): string {
  const length = times.at(-1) || 1;
  return times
    .map((t, index) => {
      const x = (WIDTH * t) / length;
      const y = HEIGHT - (HEIGHT * Math.min(values[index] ?? 0, top)) / top;
      return `${x.toFixed(1)},${y.toFixed(1)}`;
    })
    .join(" ");
}

/** The memory of an attempt in one line above its log; the button leads to the curves. */
export default function Spark({ onOpen, ...of }: PodOfRun & { onOpen: () => void }) {
  const text = useUsageText();
  const { data } = usePodUsage(of);
  if (!data || data.t_ms.length < 2) return null;
  const usage = usageOf(data);
  const top = usage.limit ?? usage.peak;
  if (!(top > 0)) return null;
  const points = sparkPoints(data.t_ms, data.memory_bytes, top);
  const killed = usage.oomAt !== null;
  return (
    <div className={styles.spark}>
      <Button kind="quiet" size="small" label={text.open} onPress={onOpen}>
        {text.memory}
      </Button>
      <span className={styles.sparkBox}>
        <svg
          viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
          preserveAspectRatio="none"
          role="img"
          aria-label={`${text.memory}. ${memorySentence(usage, text)}`}
        >
          {usage.limit !== null && <line className={styles.sparkLimit} x1={0} x2={WIDTH} y1={0} y2={0} />}
          <polygon className={styles.sparkArea} points={`0,${HEIGHT} ${points} ${WIDTH},${HEIGHT}`} />
          <polyline className={styles.sparkLine} points={points} />
        </svg>
        {killed && <span className={styles.sparkEnd} aria-hidden />}
      </span>
      <span className={styles.sparkWords}>
        {usage.limit === null ? bytes(usage.peak) : `${bytes(usage.peak)} / ${bytes(usage.limit)}`}
      </span>
    </div>
  );
}
