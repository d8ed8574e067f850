import { useVirtualizer, type Virtualizer } from "@tanstack/react-virtual";
import { useEffect, useRef, useState } from "react";
import { usePreferences } from "../../base/preferences";
import { useKeys } from "../../base/use-keys";

export interface FrameOptions {
  /** Lines. */
  count: number;
  /** Grows with everything that the log gets, lines that are not at its end among them. */
  version?: number;
  /** There may come more. */
  live: boolean;
  /** Whether it begins at its end and goes on there. */
  follow: boolean;
  keyOf?: (index: number) => string;
}

/** What holds the lines of a log: only those in view are there; its end is followed until somebody scrolls up. */
export interface Frame {
  virtual: Virtualizer<HTMLDivElement, Element>;
  scroller: React.RefObject<HTMLDivElement | null>;
  follow: boolean;
  setFollow: (follow: boolean) => void;
  goTo: (line: number, align?: "center" | "end") => void;
  onScroll: () => void;
  byHand: () => void;
  onKeyDown: (event: React.KeyboardEvent) => void;
}

export function useFrame({ count, version, live, follow: begin, keyOf }: FrameOptions): Frame {
  const { wrapLogs } = usePreferences();
  const [follow, setFollow] = useState(begin);
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => 18,
    overscan: 30,
    ...(keyOf ? { getItemKey: keyOf } : {}),
  });
  const goTo: Frame["goTo"] = (line, align = "center") => {
    if (count > 0) virtual.scrollToIndex(Math.min(count - 1, Math.max(0, line)), { align });
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: a log that has grown is followed to its end
  useEffect(() => {
    if (follow) goTo(count - 1, "end");
  }, [follow, count, version, wrapLogs]);
  const byHand = () => {
    if (scroller.current) scroller.current.dataset["wheel"] = "1";
  };
  const onScroll = () => {
    const box = scroller.current;
    if (!box?.dataset["wheel"]) return;
    const atEnd = box.scrollHeight - box.scrollTop - box.clientHeight < 24;
    if (!atEnd) setFollow(false);
    else if (live) setFollow(true);
  };
  const onKeyDown = (event: React.KeyboardEvent) => {
    byHand();
    const { key } = event;
    if (key === "End" || key === "Home") {
      event.preventDefault();
      setFollow(key === "End");
      goTo(key === "End" ? count - 1 : 0, key === "End" ? "end" : "center");
    } else if (key === "f" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      scroller.current?.parentElement?.querySelector<HTMLInputElement>("input[type=search]")?.focus();
    }
  };
  useKeys("f", () => {
    if (live) setFollow(!follow);
  });
  return { virtual, scroller, follow, setFollow, goTo, onScroll, byHand, onKeyDown };
}

export interface Steps {
  /** Which of the matches is shown, from 0. */
  at: number;
  step: (by: number) => void;
}

/** Goes from match to match; the first one is shown when `search` finds something. */
export function useSteps(frame: Frame, search: unknown, lines: readonly number[]): Steps {
  const [at, setAt] = useState(0);
  const show = (index: number) => {
    const line = lines[index];
    setAt(index);
    if (line === undefined) return;
    frame.setFollow(false);
    frame.goTo(line);
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: a search that finds something shows its first match
  useEffect(() => show(0), [search, lines.length > 0]);
  const { length } = lines;
  return { at, step: (by) => length > 0 && show((at + by + length) % length) };
}
