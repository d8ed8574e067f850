import type { ReactNode } from "react";
import type { RunExecution } from "../../api/types";
import { href } from "../../base/address";
import type { EntityName, RunName } from "../../base/kinds";
import { KIND_WORDS } from "../../base/kinds";
import { shownPhase } from "../../feature/runs/ExecutionRows";
import { useText } from "../../text";
import { useCompareText } from "../../text/compare";
import { Bytes } from "../../ui/Amount";
import { Identifier } from "../../ui/Identifier";
import { Link } from "../../ui/Link";
import { Phase } from "../../ui/Phase";
import { hasEnded } from "../../ui/phases";
import { Duration, Time } from "../../ui/Time";
import styles from "./Compare.module.css";
import { PartnerMenu } from "./partner";

export interface HeadsProps {
  from: RunExecution;
  to: RunExecution;
}

export const runOf = ({ project, domain, id }: RunExecution): RunName => ({ project, domain, name: id });

export const entityOf = ({ what, project, domain }: RunExecution): EntityName => ({
  kind: KIND_WORDS[what.kind] ?? "workflow",
  project,
  domain,
  name: what.name,
});

function Length({ of }: { of: RunExecution }) {
  return hasEnded(of.phase) ? <Duration ms={of.duration_ms} /> : <Duration since={of.started_at} />;
}

/** Which two executions these are. */
export function Heads({ from, to }: HeadsProps) {
  const text = useText();
  const words = useCompareText();
  const taken = [from.id, to.id];
  const rows: { id: string; label: string; cell: (of: RunExecution, left: boolean) => ReactNode }[] = [
    {
      id: "execution",
      label: text.column.execution,
      cell: (of, left) => (
        <span className={styles.head}>
          <Link href={href.execution(runOf(of))} className={styles.id}>
            {of.id}
          </Link>
          <PartnerMenu
            of={of}
            taken={taken}
            bare
            hrefOf={(run) => href.compare(left ? { a: run, b: runOf(to) } : { a: runOf(from), b: run })}
          />
        </span>
      ),
    },
    { id: "phase", label: text.column.phase, cell: (of) => <Phase phase={shownPhase(of)} /> },
    { id: "what", label: text.column.what, cell: (of) => <Link href={href.entity(entityOf(of))}>{of.what.name}</Link> },
    {
      id: "version",
      label: text.column.version,
      cell: (of) => (
        <Identifier text={of.what.version} kind="version" href={href.version(entityOf(of), of.what.version)} />
      ),
    },
    {
      id: "started",
      label: text.column.started,
      cell: (of) => <Time at={of.started_at ?? of.created_at} as="detail" />,
    },
    { id: "duration", label: text.column.duration, cell: (of) => <Length of={of} /> },
    { id: "peak", label: words.peak, cell: (of) => <Bytes bytes={of.peak_memory_bytes} /> },
  ];
  return (
    <table className={styles.heads} aria-label={words.title}>
      <tbody>
        {rows.map(({ id, label, cell }) => (
          <tr key={id}>
            <th scope="row">{label}</th>
            <td>{cell(from, true)}</td>
            <td>{cell(to, false)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
