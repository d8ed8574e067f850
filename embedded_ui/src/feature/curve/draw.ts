// How a curve is drawn. Colours are tokens, read when it is drawn, so that a change of the theme needs no new curve.
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { byteTicks, cpuTicks, timeLabel, timeTicks } from "./ticks";

/** A token of tokens.css, such as --accent. */
export type Token = `--${string}`;

export interface Layer {
  values: number[];
  color: Token;
  /** How much of the colour the area below has, in percent. */
  fill?: number;
}

/** A line at one height: a request, a limit, what the machine has. */
export interface Level {
  at: number;
  label: string;
  kind: "request" | "limit";
}

export interface Curve {
  unit: "bytes" | "cpu";
  write: (value: number) => string;
  /** Milliseconds from the start. */
  t: number[];
  /** Drawn in their order: later ones over earlier ones. */
  layers: Layer[];
  levels: Level[];
  /** Something that happened at a point, such as the kill for want of memory. */
  point: { t: number; value: number; label: string } | null;
}

export const token = (name: Token): string => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const font = (): string => `12px ${getComputedStyle(document.body).fontFamily}`;

/** With `percent` of a colour, for areas. */
const faded = (color: string, percent: number): string => `color-mix(in srgb, ${color} ${percent}%, transparent)`;

const HEADROOM = 1.2; // for the label above the highest line
const CLOSE = 18; // pixels that a label takes

export function topOf(curve: Curve): number {
  const values = curve.layers.flatMap(({ values: all }) => [all.reduce((most, value) => Math.max(most, value), 0)]);
  const most = Math.max(...values, ...curve.levels.map(({ at }) => at), curve.point?.value ?? 0);
  return (most || 1) * HEADROOM;
}

/**
 * Labels stand above their lines; one whose line is close below another's stands below its own, where there is room
 * above the `bottom`. Heights in pixels from the top.
 */
export function labelSides(
  levels: readonly Level[],
  heightOf: (at: number) => number,
  bottom: number,
): ("above" | "below")[] {
  return levels.map((level) => {
    const y = heightOf(level.at);
    const squeezed = levels.some((other) => other.at > level.at && y - heightOf(other.at) < CLOSE);
    return squeezed && y + CLOSE < bottom ? "below" : "above";
  });
}

function drawLevels(plot: uPlot, curve: Curve): void {
  const { ctx, bbox } = plot;
  const scale = uPlot.pxRatio;
  const y = (at: number) => plot.valToPos(at, "y", true);
  const sides = labelSides(curve.levels, (at) => y(at) / scale, (bbox.top + bbox.height) / scale);
  ctx.save();
  ctx.font = font().replace("12px", `${12 * scale}px`);
  ctx.textAlign = "left";
  curve.levels.forEach(({ at, label, kind }, index) => {
    const color = token(kind === "limit" ? "--bad-text" : "--fg-muted");
    ctx.strokeStyle = color;
    ctx.fillStyle = color;
    ctx.lineWidth = 1.5 * scale;
    ctx.setLineDash(kind === "limit" ? [] : [5 * scale, 4 * scale]);
    ctx.beginPath();
    ctx.moveTo(bbox.left, y(at));
    ctx.lineTo(bbox.left + bbox.width, y(at));
    ctx.stroke();
    ctx.textBaseline = sides[index] === "above" ? "bottom" : "top";
    ctx.fillText(label, bbox.left + 6 * scale, y(at) + (sides[index] === "above" ? -2 : 3) * scale);
  });
  ctx.restore();
}

function drawPoint(plot: uPlot, { point }: Curve): void {
  if (!point) return;
  const { ctx } = plot;
  const scale = uPlot.pxRatio;
  const x = plot.valToPos(point.t, "x", true);
  const y = plot.valToPos(point.value, "y", true);
  ctx.save();
  ctx.beginPath();
  ctx.arc(x, y, 4.5 * scale, 0, 2 * Math.PI);
  ctx.fillStyle = token("--bad-fill");
  ctx.fill();
  ctx.lineWidth = 2 * scale;
  ctx.strokeStyle = token("--surface");
  ctx.stroke();
  ctx.font = font().replace("12px", `600 ${12 * scale}px`);
  ctx.fillStyle = token("--bad-text");
  ctx.textAlign = "right";
  ctx.textBaseline = "bottom";
  ctx.fillText(point.label, x, y - 6 * scale);
  ctx.restore();
}

function seriesOf({ color, fill = 0 }: Layer): uPlot.Series {
  return {
    stroke: () => token(color),
    width: 1.5,
    ...(fill > 0 ? { fill: () => faded(token(color), fill) } : {}),
    points: { show: false },
  };
}

const AXIS_LEFT = 64;
const AXIS_BOTTOM = 26;

function axes(curve: () => Curve): uPlot.Axis[] {
  const common: uPlot.Axis = {
    stroke: () => token("--fg-faint"),
    grid: { stroke: () => token("--line"), width: 1 },
    ticks: { show: false },
    font: font(),
  };
  return [
    {
      ...common,
      size: AXIS_BOTTOM,
      splits: (plot, _axis, _min, max) => timeTicks(max, Math.max(2, plot.width / 90)),
      values: (_plot, splits) => splits.map(timeLabel),
      grid: { show: false },
    },
    {
      ...common,
      size: AXIS_LEFT,
      splits: (plot, _axis, _min, max) => {
        const most = Math.max(2, plot.height / 40);
        return curve().unit === "bytes" ? byteTicks(max, most) : cpuTicks(max, most);
      },
      values: (_plot, splits) => splits.map((at) => curve().write(at)),
    },
  ];
}

export const dataOf = (curve: Curve): uPlot.AlignedData => [curve.t, ...curve.layers.map(({ values }) => values)];

export interface PlotOptions {
  width: number;
  height: number;
  /** Plots with the same key have their cursors at the same time. */
  sync: string;
  curve: () => Curve;
  /** The sample under the pointer; null: none. */
  onHover: (index: number | null) => void;
}

/** Draws into `element`, and follows its curve by `setData`. */
export function makePlot(element: HTMLElement, { width, height, sync, curve, onHover }: PlotOptions): uPlot {
  const length = () => Math.max(1, curve().t.at(-1) ?? 1);
  return new uPlot(
    {
      width,
      height,
      padding: [4, 8, 0, 0],
      legend: { show: false },
      cursor: { sync: { key: sync }, drag: { x: false, y: false }, y: false, points: { size: 6 } },
      scales: {
        x: { time: false, range: () => [0, length()] },
        y: { range: () => [0, topOf(curve())] },
      },
      axes: axes(curve),
      series: [{}, ...curve().layers.map(seriesOf)],
      hooks: {
        draw: [(plot) => drawLevels(plot, curve()), (plot) => drawPoint(plot, curve())],
        setCursor: [(plot) => onHover(plot.cursor.idx ?? null)],
      },
    },
    dataOf(curve()),
    element,
  );
}
