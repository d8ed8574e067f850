import type { ReactNode } from "react";
import type { Wait } from "../../api/types";
import { href } from "../../base/address";
import type { RunName } from "../../base/kinds";
import { type Text, useText } from "../../text";
import { bytes, cpu } from "../../text/format";
import { Command } from "../../ui/Copy";
import { Link } from "../../ui/Link";
import { Sentence } from "../../ui/Sentence";
import styles from "./Words.module.css";

export function NodeLink({ run, node, name }: { run: RunName; node: string; name: string }) {
  return (
    <Link href={href.execution(run, { node })} className={styles.link}>
      {name}
    </Link>
  );
}

export const amountOf = (resource: string | undefined, value: number | null | undefined): string =>
  value === null || value === undefined ? "" : resource === "memory" ? bytes(value) : cpu(value);

/** The node a story is about, as a link when its run is given. */
export function aboutNode(run: RunName | null, of: { node?: string; display?: string; item?: number }): ReactNode {
  const name = (of.display ?? of.node ?? "") + (of.item === undefined ? "" : `[${of.item}]`);
  if (!of.node || !run) return name;
  return <NodeLink run={run} node={of.node} name={name} />;
}

export function executionLink(of: { project?: string; domain?: string; execution?: string }): ReactNode {
  const { project, domain, execution } = of;
  if (!project || !domain || !execution) return execution ?? "";
  return (
    <Link href={href.execution({ project, domain, name: execution })} className={styles.link}>
      {execution}
    </Link>
  );
}

function waitValues(text: Text, run: RunName | null, wait: NonNullable<Wait>): Record<string, ReactNode> {
  return {
    node: aboutNode(run, wait),
    resource: text.story.resource[wait.resource ?? ""] ?? wait.resource ?? "",
    needs: amountOf(wait.resource, wait.needs),
    free: amountOf(wait.resource, wait.free),
    total: wait.code === "IMAGE_PULL" ? bytes(wait.total ?? 0) : amountOf(wait.resource, wait.total),
    done: bytes(wait.bytes ?? 0),
    image: wait.reference ?? "",
    command: !wait.command ? "" : run ? <Command command={wait.command} /> : wait.command,
    max: wait.limit ?? "",
    execution: run ? executionLink(wait) : (wait.execution ?? ""),
    other: run ? executionLink(wait) : (wait.execution ?? ""),
    host: wait.reference ?? "",
  };
}

/**
 * Why a run waits, in the reader's language; the server's own sentence where the catalogue has none. Without a run it
 * is text alone, for rows that are links themselves.
 */
export function WaitSentence({ run = null, wait }: { run?: RunName | null; wait: NonNullable<Wait> }) {
  const text = useText();
  const code = wait.code === "GATE" ? `GATE_${wait.gate ?? "signal"}` : wait.code;
  const template = text.story.wait[code];
  const unknown = wait.code === "IMAGE_PULL" && !wait.total;
  if (!template || unknown || !(wait.display || wait.node)) return <>{wait.text}</>;
  return (
    <>
      <Sentence template={template} values={waitValues(text, run, wait)} />
      {(wait.ahead_count ?? 0) > 0 && ` ${text.story.ahead(wait.ahead_count ?? 0)}`}
    </>
  );
}
