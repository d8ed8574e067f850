import { createContext, type KeyboardEvent, type ReactNode, useContext } from "react";
import type { GraphBox, GraphLine } from "./model";
import type { Direction } from "./walk";

/** How a box is shown. */
export interface BoxLook {
  /** Phase of the API or of ours; none in a graph of what is registered. */
  phase?: string | undefined;
  /** The name in full, for the tooltip. */
  title: string;
  /** The second line. */
  detail: ReactNode;
  /** Numbers by phase, of a stack. */
  counts?: Record<string, number> | undefined;
  /** How many it stands for, when that is known to be another number than of its nodes. */
  times?: number | undefined;
  /** Where it leads; without it, it opens what `onOpen` does. */
  href?: string | undefined;
  /** Another case of its branch was taken, or it will never begin. */
  faint?: boolean | undefined;
}

export type LineLook = "plain" | "taken" | "not";

export interface Looks {
  boxOf: (box: GraphBox) => BoxLook;
  lineOf: (line: GraphLine, boxes: ReadonlyMap<string, GraphBox>) => LineLook;
  boxes: ReadonlyMap<string, GraphBox>;
  /** The name of a box for who does not see the graph. */
  nameOf: (box: GraphBox, look: BoxLook) => string;
  direction: Direction;
  /** The node that the panel shows. */
  selected: string | null;
  /** The one box that the tab key reaches. */
  stop: string | null;
  onFocus: (box: string) => void;
  /** Whether a box that has just come has to have the focus: true once. */
  takeFocus: (box: string) => boolean;
  onKey: (event: KeyboardEvent, box: GraphBox) => void;
  onOpen: (box: GraphBox) => void;
  onToggle: (box: GraphBox) => void;
}

export const LooksContext = createContext<Looks | null>(null);

export function useLooks(): Looks {
  const looks = useContext(LooksContext);
  if (!looks) throw new Error("a box stands outside of its graph");
  return looks;
}
