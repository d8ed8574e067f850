import { Fragment, type ReactNode } from "react";
import { href } from "../../base/address";
import type { RunName } from "../../base/kinds";
import { type Text, useText } from "../../text";
import { Command } from "../../ui/Copy";
import { Link } from "../../ui/Link";
import { Sentence } from "../../ui/Sentence";
import styles from "./Words.module.css";
import { type AWait, waitTemplate, waitValues } from "./waits";

interface NodeLinkProps {
  run: RunName;
  node: string;
  item?: number | undefined;
  name: string;
}

export function NodeLink({ run, node, item, name }: NodeLinkProps) {
  return (
    <Link href={href.execution(run, { node, item })} className={styles.link} named>
      {name}
    </Link>
  );
}

interface About {
  node?: string;
  display?: string;
  item?: number;
  array?: string;
}

/** The node a story is about, as a link when its run is given. */
export function aboutNode(run: RunName | null, of: About): ReactNode {
  const name = of.display ?? of.node ?? "";
  if (!of.node || !run) return <span translate="no">{name}</span>;
  return <NodeLink run={run} node={of.array ?? of.node} item={of.item} name={name} />;
}

export function executionLink(of: { project?: string; domain?: string; execution?: string }): ReactNode {
  const { project, domain, execution } = of;
  if (!project || !domain || !execution) return execution ?? "";
  return (
    <Link href={href.execution({ project, domain, name: execution })} className={styles.link} named>
      {execution}
    </Link>
  );
}

function waitParts(text: Text, run: RunName | null, wait: AWait): Record<string, ReactNode> {
  const plain = waitValues(text, wait);
  if (!run) return { ...plain, node: aboutNode(null, wait) };
  return {
    ...plain,
    node: aboutNode(run, wait),
    command: wait.command ? <Command command={wait.command} /> : "",
    execution: executionLink(wait),
    other: executionLink(wait),
  };
}

/**
 * Why a run waits, in the reader's language; the server's own sentence where the catalogue has none. Without a run it
 * is text alone, for rows that are links themselves.
 */
export function WaitSentence({ run = null, wait }: { run?: RunName | null; wait: AWait }) {
  const text = useText();
  const template = waitTemplate(text, wait);
  const { ahead = [], ahead_count = 0 } = wait;
  if (!template || !(wait.display || wait.node)) return <>{wait.text}</>;
  return (
    <>
      <Sentence template={template} values={waitParts(text, run, wait)} />
      {ahead_count > 0 && ` ${text.story.ahead(ahead_count)}`}
      {ahead.map((of, index) => (
        <Fragment key={`${of.execution}/${of.node}`}>
          {index ? ", " : ": "}
          {run ? executionLink(of) : <span translate="no">{of.execution}</span>}
        </Fragment>
      ))}
      {ahead_count > 0 && (ahead_count > ahead.length && ahead.length > 0 ? ", …" : ".")}
    </>
  );
}
