/** A span of time, in milliseconds since 1970. */
export interface Span {
  from: number;
  to: number;
}

/** A part of the axis: time `from`..`to` lies at `at`..`at + size`, both as shares of the width. */
interface Piece extends Span {
  at: number;
  size: number;
  folded: boolean;
}

export interface Scale extends Span {
  /** The share of the width at which a time lies, 0 to 1. */
  at(time: number): number;
  /** The time at a share of the width. */
  time(share: number): number;
  /** Spans in which nothing happened and that are drawn folded. */
  gaps: (Span & { at: number; size: number })[];
}

const FOLDED = 0.02;

/** The spans of activity, joined where they touch, in order. */
export function union(spans: readonly Span[]): Span[] {
  const out: Span[] = [];
  for (const span of [...spans].sort((a, b) => a.from - b.from)) {
    const last = out.at(-1);
    if (last && span.from <= last.to) last.to = Math.max(last.to, span.to);
    else out.push({ ...span });
  }
  return out;
}

/** Gaps between activity that are worth folding: longer than a twelfth of the whole, and than two seconds. */
export function idleGaps(view: Span, activity: readonly Span[]): Span[] {
  const least = Math.max(2000, (view.to - view.from) / 12);
  const gaps: Span[] = [];
  let end = view.from;
  for (const span of union(activity)) {
    if (span.from - end > least) gaps.push({ from: end, to: Math.min(span.from, view.to) });
    end = Math.max(end, span.to);
    if (end >= view.to) return gaps;
  }
  if (view.to - end > least) gaps.push({ from: end, to: view.to });
  return gaps;
}

function pieces(view: Span, gaps: readonly Span[]): Piece[] {
  const folded = gaps.reduce((sum, gap) => sum + gap.to - gap.from, 0);
  const busy = Math.max(1, view.to - view.from - folded);
  const share = (1 - gaps.length * FOLDED) / busy;
  const out: Piece[] = [];
  let at = 0;
  let from = view.from;
  const add = (to: number, size: number, isFolded: boolean) => {
    out.push({ from, to, at, size, folded: isFolded });
    at += size;
    from = to;
  };
  for (const gap of gaps) {
    if (gap.from > from) add(gap.from, (gap.from - from) * share, false);
    add(gap.to, FOLDED, true);
  }
  if (view.to > from || out.length === 0)
    add(Math.max(view.to, from + 1), (Math.max(view.to, from + 1) - from) * share, false);
  return out;
}

/** The axis of a view; with `fold` spans without any activity take little room. */
export function makeScale(view: Span, activity: readonly Span[], fold: boolean): Scale {
  const gaps = fold ? idleGaps(view, activity).slice(0, 20) : [];
  const parts = pieces(view, gaps);
  const first = parts[0] as Piece;
  return {
    from: view.from,
    to: view.to,
    at(time) {
      const part = parts.find((each) => time <= each.to) ?? (parts.at(-1) as Piece);
      const inside = Math.min(1, Math.max(0, (time - part.from) / (part.to - part.from)));
      return part.at + inside * part.size;
    },
    time(share) {
      const part = parts.find((each) => share <= each.at + each.size) ?? parts.at(-1) ?? first;
      return part.from + Math.min(1, Math.max(0, (share - part.at) / part.size)) * (part.to - part.from);
    },
    gaps: parts.filter(({ folded }) => folded),
  };
}

const STEPS = [
  1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 30_000, 60_000, 120_000, 300_000, 600_000,
  1_200_000, 1_800_000, 3_600_000, 7_200_000, 10_800_000, 21_600_000, 43_200_000, 86_400_000,
];

/** Ticks of an axis as milliseconds since `origin`, about `wanted` of them, none inside a folded gap. */
export function ticks(scale: Scale, origin: number, wanted: number): number[] {
  const folded = scale.gaps.reduce((sum, gap) => sum + gap.to - gap.from, 0);
  const busy = scale.to - scale.from - folded;
  const step =
    STEPS.find((each) => each >= busy / Math.max(1, wanted)) ?? 86_400_000 * Math.ceil(busy / wanted / 86_400_000);
  const out: number[] = [];
  let last = Number.NEGATIVE_INFINITY;
  for (let tick = Math.ceil((scale.from - origin) / step) * step; tick + origin <= scale.to; tick += step) {
    const time = origin + tick;
    const gap = scale.gaps.find((each) => time > each.from && time < each.to);
    if (gap) {
      tick = Math.floor((gap.to - origin) / step) * step;
      continue;
    }
    const at = scale.at(time);
    if (at - last < 0.6 / Math.max(1, wanted) || at > 0.93) continue;
    out.push(tick);
    last = at;
    if (out.length > 200) break;
  }
  return out;
}
