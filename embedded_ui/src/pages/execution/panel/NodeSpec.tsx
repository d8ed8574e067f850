import { href } from "../../../base/address";
import { jsonTree } from "../../../feature/literal/read";
import { useText } from "../../../text";
import { bytes, cpu } from "../../../text/format";
import { Copy } from "../../../ui/Copy";
import { Identifier } from "../../../ui/Identifier";
import { type Fact, Facts } from "../../../ui/Page";
import { Value } from "../../../ui/Value";
import styles from "./Panel.module.css";
import type { Selection } from "./selection";

function amounts(of: { cpu_millis?: number | null; memory_bytes?: number | null } | undefined): string {
  const parts = [
    of?.cpu_millis ? `${cpu(of.cpu_millis)} cpu` : "",
    of?.memory_bytes ? bytes(of.memory_bytes) : "",
  ].filter((part) => part !== "");
  return parts.join(", ");
}

/** What a node is: its task, what it asks for, and all that the server tells of it. */
export function NodeSpec({ selection }: { selection: Selection }) {
  const text = useText();
  const { node, run, attempts } = selection;
  const last = attempts.at(-1);
  const at = { project: run.project, domain: run.domain };
  const facts: (Fact | null)[] = [
    node.task
      ? {
          id: "task",
          label: text.kind.task,
          value: (
            <Identifier
              text={node.task.name}
              limit={44}
              href={href.version({ kind: "task", ...at, name: node.task.name }, node.task.version)}
            />
          ),
        }
      : null,
    node.task
      ? {
          id: "version",
          label: text.column.version,
          value: <Identifier text={node.task.version} kind="version" copy />,
        }
      : null,
    node.task_type ? { id: "type", label: text.entities.settings.type, value: node.task_type } : null,
    amounts(last?.request)
      ? { id: "requests", label: text.pods.container.requests, value: amounts(last?.request) }
      : null,
    amounts(last?.limit) ? { id: "limits", label: text.pods.container.limits, value: amounts(last?.limit) } : null,
    node.cache?.status
      ? { id: "cache", label: text.phase.cached, value: text.cache[node.cache.status] ?? node.cache.status }
      : null,
  ];
  return (
    <>
      <Facts stacked facts={facts.filter((fact) => fact !== null)} />
      <div className={styles.error}>
        <Copy text={JSON.stringify({ node, attempts }, null, 2)} what="JSON" />
        <Value tree={jsonTree({ node, attempts })} />
      </div>
    </>
  );
}
