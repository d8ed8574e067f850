import { EdgeLabelRenderer, type EdgeProps } from "@xyflow/react";
import styles from "./Graph.module.css";
import type { Point } from "./layout";
import { useLooks } from "./looks";
import type { GraphLine } from "./model";
import type { Direction } from "./walk";

export interface LineData extends Record<string, unknown> {
  line: GraphLine;
  points: Point[];
  condition: Point | null;
}

const TIP = 7;

/** A smooth line through points, which leaves and arrives in the direction of the graph. */
export function pathThrough(points: readonly Point[], direction: Direction): string {
  const [first, ...rest] = points;
  if (!first) return "";
  let from = first;
  let path = `M${from.x},${from.y}`;
  for (const to of rest) {
    if (direction === "right") {
      const x = (from.x + to.x) / 2;
      path += `C${x},${from.y} ${x},${to.y} ${to.x},${to.y}`;
    } else {
      const y = (from.y + to.y) / 2;
      path += `C${from.x},${y} ${to.x},${y} ${to.x},${to.y}`;
    }
    from = to;
  }
  return path;
}

/** The line ends where its tip begins. */
function shortened(points: readonly Point[], direction: Direction): Point[] {
  const last = points.at(-1);
  if (!last) return [];
  const end = direction === "right" ? { x: last.x - TIP + 1, y: last.y } : { x: last.x, y: last.y - TIP + 1 };
  return [...points.slice(0, -1), end];
}

function tip(at: Point, direction: Direction): string {
  return direction === "right" ? `M${at.x},${at.y}l${-TIP},-3.5v7z` : `M${at.x},${at.y}l-3.5,${-TIP}h7z`;
}

/** A line from one box to the next, with the condition under which it is taken. */
export function Line({ data }: EdgeProps) {
  const looks = useLooks();
  const { line, points, condition } = data as LineData;
  const end = points.at(-1);
  if (!end) return null;
  const look = looks.lineOf(line, looks.boxes);
  return (
    <>
      <path
        className={styles.line}
        data-look={look}
        d={pathThrough(shortened(points, looks.direction), looks.direction)}
      />
      <path className={styles.tip} data-look={look} d={tip(end, looks.direction)} />
      {condition && (
        <EdgeLabelRenderer>
          <span
            className={styles.condition}
            data-look={look}
            title={line.condition}
            style={{ transform: `translate(-50%, -50%) translate(${condition.x}px, ${condition.y}px)` }}
          >
            {line.condition}
          </span>
        </EdgeLabelRenderer>
      )}
    </>
  );
}
