import { type ReactNode, useState } from "react";
import type { RunExecution } from "../../api/types";
import { href } from "../../base/address";
import { KIND_WORDS } from "../../base/kinds";
import { useText } from "../../text";
import { Identifier } from "../../ui/Identifier";
import { Link } from "../../ui/Link";
import { type Fact, Facts } from "../../ui/Page";
import { Time } from "../../ui/Time";
import styles from "./Execution.module.css";

function pairs(values: Record<string, unknown>): string {
  return Object.entries(values)
    .map(([key, value]) => `${key}=${String(value)}`)
    .join(", ");
}

function ExecutionLink({ project, domain, execution }: { project: string; domain: string; execution: string }) {
  return (
    <Link href={href.execution({ project, domain, name: execution })} className={styles.mono}>
      {execution}
    </Link>
  );
}

/** Settings of a run, the important ones always, the others when they are asked for. */
export function Meta({ execution }: { execution: RunExecution }) {
  const text = useText();
  const { meta, defaultValue, yes, no } = text.execution;
  const [all, setAll] = useState(false);
  const bool = (value: boolean | null): ReactNode => (value === null ? defaultValue : value ? yes : no);
  const plan = execution.launch_plan;
  const planKind = KIND_WORDS[plan.kind.toLowerCase()] ?? "launch_plan";
  const first: (Fact | null)[] = [
    {
      id: "version",
      label: meta.version,
      value: (
        <Identifier
          text={execution.what.version}
          kind="version"
          href={href.version(
            {
              kind: KIND_WORDS[execution.what.kind] ?? "workflow",
              project: execution.project,
              domain: execution.domain,
              name: execution.what.name,
            },
            execution.what.version,
          )}
        />
      ),
    },
    {
      id: "started",
      label: meta.started,
      value: <Time at={execution.started_at ?? execution.created_at} as="detail" />,
    },
    planKind === "launch_plan"
      ? {
          id: "plan",
          label: meta.launchPlan,
          value: (
            <Link href={href.entity({ ...plan, kind: planKind })} title={plan.name}>
              {plan.name.split(".").at(-1)}
            </Link>
          ),
        }
      : null,
    execution.principal ? { id: "by", label: meta.by, value: execution.principal } : null,
    execution.parent ? { id: "parent", label: meta.parent, value: <ExecutionLink {...execution.parent} /> } : null,
    execution.reference
      ? { id: "related", label: meta.related, value: <ExecutionLink {...execution.reference} /> }
      : null,
  ];
  const more: Fact[] = [
    { id: "mode", label: meta.mode, value: execution.mode.toLowerCase() },
    { id: "parallelism", label: meta.parallelism, value: execution.max_parallelism || defaultValue },
    { id: "created", label: meta.created, value: <Time at={execution.created_at} as="detail" /> },
    { id: "ended", label: meta.ended, value: <Time at={execution.ended_at} as="detail" /> },
    { id: "interruptible", label: meta.interruptible, value: bool(execution.interruptible) },
    { id: "overwrite", label: meta.overwrite, value: bool(execution.overwrite_cache) },
    { id: "raw", label: meta.rawOutput, value: execution.raw_output_prefix || defaultValue },
    { id: "labels", label: meta.labels, value: pairs(execution.labels) || defaultValue },
    { id: "envs", label: meta.envs, value: execution.envs.join(", ") || defaultValue },
  ];
  const facts = first.filter((fact) => fact !== null);
  return (
    <div className={styles.meta}>
      <Facts facts={all ? [...facts, ...more] : facts} />
      <button type="button" className={styles.metaMore} aria-expanded={all} onClick={() => setAll(!all)}>
        {all ? text.act.showLess : meta.more(more.length)}
      </button>
    </div>
  );
}
