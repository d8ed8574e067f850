import type { RunNode } from "../../api/types";
import type { Text } from "../../text";

/** What a node is, in words. */
export const nodeKind = (text: Text, { kind, task_type = "" }: Pick<RunNode, "kind" | "task_type">): string =>
  kind === "task" ? text.taskKind(task_type) : (text.nodeKind[kind] ?? kind);
