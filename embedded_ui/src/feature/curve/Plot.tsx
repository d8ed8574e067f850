import { useEffect, useRef } from "react";
import type uPlot from "uplot";
import styles from "./Curve.module.css";
import { type Curve, dataOf, makePlot } from "./draw";

export interface PlotProps {
  curve: Curve;
  /** What it shows, as a sentence. */
  label: string;
  height?: number;
  sync: string;
  onHover: (index: number | null) => void;
}

/** A curve as a picture; `label` is its alternative. */
export function Plot({ curve, label, height = 160, sync, onHover }: PlotProps) {
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const latest = useRef({ curve, onHover });
  latest.current = { curve, onHover };
  const layers = curve.layers.map(({ color, fill }) => `${color}${fill ?? ""}`).join();
  // biome-ignore lint/correctness/useExhaustiveDependencies: other layers are another plot
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const made = makePlot(element, {
      width: Math.max(160, element.clientWidth),
      height,
      sync,
      curve: () => latest.current.curve,
      onHover: (index) => latest.current.onHover(index),
    });
    plot.current = made;
    const size = new ResizeObserver(() => {
      if (element.clientWidth > 0) made.setSize({ width: element.clientWidth, height });
    });
    size.observe(element);
    const theme = new MutationObserver(() => made.redraw());
    theme.observe(document.documentElement, { attributeFilter: ["data-theme"] });
    return () => {
      size.disconnect();
      theme.disconnect();
      made.destroy();
      plot.current = null;
    };
  }, [layers, height, sync]);
  useEffect(() => {
    plot.current?.setData(dataOf(curve));
  }, [curve]);
  return <div ref={box} className={styles.plot} role="img" aria-label={label} style={{ height }} />;
}
