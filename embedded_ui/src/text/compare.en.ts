// The English texts of comparing: executions, and versions of what is registered.
import { plural } from "./english";
import { count } from "./format";

export const compareEn = {
  title: "Compare",
  windowTitle: (a: string, b: string) => `Compare ${a} and ${b}`,
  everything: "Everything",
  swap: "Swap sides",
  other: "Choose another execution",
  left: "Left",
  right: "Right",
  pick: "Which two executions? Choose Compare in the menu of one, or two rows of the list.",
  noPrevious: (name: string) => `No earlier execution of ${name} has succeeded.`,
  choose: "Choose one to compare with:",
  inputs: "Inputs",
  outputs: "Outputs",
  versions: "Version",
  settings: "Settings",
  nodes: "Nodes",
  place: "What",
  whole: "value",
  same: "No difference.",
  nothing: "There is nothing on either side.",
  others: (n: number) => `${plural(n, "other is", "others are")} the same.`,
  sameVersion: (version: string) => `Both ran ${version}.`,
  otherThing: "They ran different things.",
  node: "Node",
  phase: "Phase",
  duration: "Duration",
  peak: "Peak memory",
  delta: "Δ",
  ofLimit: (peak: string, limit: string) => `${peak} of ${limit}`,
  missing: "not there",
  close: (n: number) =>
    `${plural(n, "other node", "other nodes")}: same phase and attempts, and times and peaks within a fifth.`,
  changed: (from: string, to: string) => `What changed (${from} → ${to})`,
  compareWith: (version: string) => `Compare with ${version}`,
  with: "Compared with",
  list: {
    selected: (n: number) => `${count(n)} selected`,
    clear: "Clear selection",
    two: "Select two executions to compare them.",
    none: "None of them runs.",
    terminated: (n: number) => `${plural(n, "execution", "executions")} terminated.`,
    archived: (n: number) => `${plural(n, "execution", "executions")} archived.`,
    unarchived: (n: number) => `${plural(n, "execution", "executions")} unarchived.`,
    refused: (n: number, first: string) => `${plural(n, "was", "were")} refused: ${first}`,
    working: (done: number, total: number) => `${count(done)} of ${count(total)}`,
  },
};

export type CompareText = typeof compareEn;
