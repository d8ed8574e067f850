// Why something waits, in the reader's language.
import type { Wait } from "../../api/types";
import type { Text } from "../../text";
import { bytes, cpu } from "../../text/format";

export type AWait = NonNullable<Wait>;

/** An amount of memory or of cpu; empty when it is not known. */
export const amountOf = (resource: string | undefined, value: number | null | undefined): string =>
  value === null || value === undefined ? "" : resource === "memory" ? bytes(value) : cpu(value);

/** The sentence of the catalogue for a wait; null when it has none, or lacks what the sentence tells. */
export function waitTemplate(text: Text, wait: AWait): string | null {
  const code = wait.code === "GATE" ? `GATE_${wait.gate ?? "signal"}` : wait.code;
  return wait.code === "IMAGE_PULL" && !wait.total ? null : (text.story.wait[code] ?? null);
}

/** What stands in the braces of that sentence, as plain text. */
export const waitValues = (text: Text, wait: AWait) => ({
  node: wait.display ?? wait.node ?? "",
  resource: text.story.resource[wait.resource ?? ""] ?? wait.resource ?? "",
  needs: amountOf(wait.resource, wait.needs),
  free: amountOf(wait.resource, wait.free),
  total: wait.code === "IMAGE_PULL" ? bytes(wait.total ?? 0) : amountOf(wait.resource, wait.total),
  done: bytes(wait.bytes ?? 0),
  image: wait.reference ?? "",
  command: wait.command ?? "",
  max: String(wait.limit ?? ""),
  execution: wait.execution ?? "",
  other: wait.execution ?? "",
  host: wait.reference ?? "",
});

/** The same in one line for a row that names the node itself: "waits for memory: it needs 4 GiB, ...". */
export function waitWords(text: Text, wait: AWait): string {
  const template = waitTemplate(text, wait);
  if (!template) return wait.text;
  const values: Record<string, string> = { ...waitValues(text, wait), node: "" };
  const words = template.replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? "").replace(/^[\s:]+/, "");
  const ahead = wait.ahead_count ?? 0;
  return ahead > 0 ? `${words} ${text.story.ahead(ahead)}.` : words;
}
