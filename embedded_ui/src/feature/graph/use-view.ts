import { useReactFlow } from "@xyflow/react";
import { type RefObject, useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import type { Layout } from "./layout";
import type { Direction } from "./walk";

const MARGIN = 24;
const LEAST_HEIGHT = 200;
/** What stands above the graph and below the top of the window, at the least. */
const AROUND = 132;
/** At first nothing is smaller than this: what does not fit begins at its start. */
const LEAST_FIRST = 0.65;

export interface View {
  /** Pixels, for CSS. */
  height: string;
  fit: () => void;
  zoom: (by: number) => void;
  /** Brings a box into view. */
  reveal: (box: string) => void;
  /** The reader moved it: from now on it stays. */
  touch: () => void;
}

const clamp = (value: number, least: number, most: number): number => Math.min(most, Math.max(least, value));

/** Where the window onto a graph is. It fits by itself until the reader moves it. */
export function useView(frame: RefObject<HTMLDivElement | null>, layout: Layout, direction: Direction): View {
  const { setViewport, getViewport, zoomTo } = useReactFlow();
  const touched = useRef(false);
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const element = frame.current;
    if (!element) return;
    setWidth(element.clientWidth);
    const observer = new ResizeObserver(([entry]) => setWidth(entry?.contentRect.width ?? 0));
    observer.observe(element);
    return () => observer.disconnect();
  }, [frame]);

  const across = width === 0 ? 1 : clamp((width - 2 * MARGIN) / layout.width, LEAST_FIRST, 1);
  const wanted = Math.max(LEAST_HEIGHT, Math.ceil(layout.height * across) + 2 * MARGIN);
  const height = `min(${wanted}px, max(320px, calc(100dvh - ${AROUND}px)))`;

  const place = useCallback(
    (least: number) => {
      const element = frame.current;
      if (!element || element.clientWidth === 0) return;
      const [w, h] = [element.clientWidth, element.clientHeight];
      const fitting = Math.min((w - 2 * MARGIN) / layout.width, (h - 2 * MARGIN) / layout.height);
      const zoom = clamp(fitting, least, 1);
      // What is larger than the window begins at its start; across, in its middle.
      const at = (room: number, size: number, flows: boolean) =>
        size <= room - MARGIN || !flows ? (room - size) / 2 : MARGIN;
      const x = at(w, layout.width * zoom, direction === "right");
      const y = at(h, layout.height * zoom, direction === "down");
      void setViewport({ x: direction === "right" ? Math.min(x, MARGIN) : x, y, zoom });
    },
    [frame, layout, direction, setViewport],
  );
  // biome-ignore lint/correctness/useExhaustiveDependencies: another width or height is another view
  useEffect(() => {
    if (!touched.current) place(LEAST_FIRST);
  }, [place, width, height]);

  return useMemo(
    () => ({
      height,
      fit: () => {
        touched.current = false;
        place(0.1);
      },
      zoom: (by) => {
        touched.current = true;
        void zoomTo(getViewport().zoom * by);
      },
      touch: () => {
        touched.current = true;
      },
      reveal: (id) => {
        const element = frame.current;
        const box = layout.places.get(id);
        if (!element || !box) return;
        const { x, y, zoom } = getViewport();
        const shift = (at: number, size: number, room: number) => {
          if (at < MARGIN) return MARGIN - at;
          return at + size > room - MARGIN ? Math.max(MARGIN - at, room - MARGIN - at - size) : 0;
        };
        const dx = shift(box.x * zoom + x, box.width * zoom, element.clientWidth);
        const dy = shift(box.y * zoom + y, box.height * zoom, element.clientHeight);
        if (dx === 0 && dy === 0) return;
        touched.current = true;
        void setViewport({ x: x + dx, y: y + dy, zoom });
      },
    }),
    [frame, layout, height, place, setViewport, getViewport, zoomTo],
  );
}
