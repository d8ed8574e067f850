// The English texts of graphs. They are loaded with the first graph.
import { plural } from "./english";
import { count } from "./format";

export const graphEn = {
  label: "Graph of the nodes",
  table: "Show as a table",
  fit: "Fit (f)",
  zoomIn: "Larger",
  zoomOut: "Smaller",
  overview: "Overview",
  openAll: "Open all groups",
  closeAll: "Close all groups",
  open: (name: string) => `Open ${name}`,
  close: (name: string) => `Close ${name}`,
  start: "start",
  end: "end",
  rest: (n: number) => plural(n, "more node", "more nodes"),
  restHint: "They are in the table.",
  times: (n: number) => `×${count(n)}`,
  /** The name of a box for screen readers: "train, failed, after prepare". */
  box: (name: string, phase: string, after: string) => [name, phase, after].filter((part) => part !== "").join(", "),
  after: (names: string[], more: number) =>
    `after ${names.join(", ")}${more > 0 ? ` and ${plural(more, "other", "others")}` : ""}`,
  many: (name: string, n: number) => `${name}, ${plural(n, "node", "nodes")} alike`,
  inside: (n: number) => plural(n, "node", "nodes"),
  done: (done: number, total: number) => `${count(done)} of ${count(total)}`,
  attempts: (n: number) => plural(n, "attempt", "attempts"),
  if: (condition: string) => `if ${condition}`,
  and: "and",
  or: "or",
  else: "else",
  onFailure: "on failure",
  hint: "Arrow keys go along the lines, Enter opens, Space opens and closes a group.",
  none: "It has no nodes yet.",
  unread: "The graph",
};

export type GraphText = typeof graphEn;
