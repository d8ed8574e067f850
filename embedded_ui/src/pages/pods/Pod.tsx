import { applyPod, usePod } from "../../api/pods";
import type { Pod } from "../../api/types";
import { href } from "../../base/address";
import { parseTime } from "../../base/clock";
import { useQueryValues } from "../../base/query";
import { LogView } from "../../feature/logs/LogView";
import { linesOf, linesText } from "../../feature/logs/lines";
import { containersOf, instantsOf, type PodContainer } from "../../feature/runs/pods";
import { useLive } from "../../live/use-live";
import { type Text, useText } from "../../text";
import { bytes, cpu, duration } from "../../text/format";
import { useMachineText } from "../../text/machine";
import { Nothing } from "../../ui/Amount";
import { Command } from "../../ui/Copy";
import { Image } from "../../ui/Identifier";
import { Link } from "../../ui/Link";
import { later } from "../../ui/later";
import { type Fact, Facts, Page, Section } from "../../ui/Page";
import { Empty, ErrorState, LoadingLine } from "../../ui/States";
import { Tabs } from "../../ui/Tabs";
import { Time } from "../../ui/Time";
import { PodEvents } from "./PodEvents";
import { Peak, PodStatus } from "./Pods";
import styles from "./Pods.module.css";

/** created ─ admitted ─ pulled ─ started ─ ended, with the time between. */
function Instants({ pod }: { pod: Pod }) {
  const { pods: words } = useMachineText();
  const instants = instantsOf(pod);
  const points = [
    [words.created, instants.created_at],
    [words.admitted, instants.admitted_at],
    [words.pulled, instants.pull_ended_at],
    [words.started, instants.started_at],
    [words.ended, instants.ended_at],
  ].filter((point): point is [string, string] => typeof point[1] === "string");
  return (
    <ol className={styles.instants} aria-label={words.instants}>
      {points.map(([label, at], index) => {
        const before = points[index - 1];
        const gap = before ? (parseTime(at) ?? 0) - (parseTime(before[1]) ?? 0) : null;
        return (
          <li key={label} className={styles.instant}>
            {gap !== null && <span className={styles.gap}>{duration(Math.max(0, gap))}</span>}
            <span className={styles.point}>
              <span className={styles.muted}>{label}</span> <Time at={at} />
            </span>
          </li>
        );
      })}
    </ol>
  );
}

function amounts(of: PodContainer["requests"] | undefined): string {
  const parts = [of?.cpu_millis ? `${cpu(of.cpu_millis)} cpu` : "", of?.memory_bytes ? bytes(of.memory_bytes) : ""];
  return parts.filter((part) => part !== "").join(", ");
}

function Container({ container, words }: { container: PodContainer; words: Text["pods"]["container"] }) {
  const { end } = container;
  const command = [...container.command, ...container.args].join(" ");
  const facts: Fact[] = [
    { id: "role", label: words.role, value: container.role },
    { id: "image", label: words.image, value: <Image reference={container.image} /> },
    { id: "requests", label: words.requests, value: amounts(container.requests) || <Nothing /> },
    { id: "limits", label: words.limits, value: amounts(container.limits) || <Nothing /> },
    ...(end ? [{ id: "end", label: words.end, value: `${end.exit_code} ${end.reason} ${end.message}`.trim() }] : []),
  ];
  return (
    <Section title={container.name}>
      <Facts stacked facts={facts} />
      {command !== "" && <Command command={command} />}
    </Section>
  );
}

const PodUsage = later(() => import("../../feature/curve/PodUsage"), <LoadingLine loading />);

const TABS = ["logs", "resources", "containers", "environment", "events"] as const;

/** What can be typed about a pod. */
function commandsOf({ name, namespace, status, container_id, execution, node, attempt }: Pod): string[] {
  const runs = status === "Running";
  return [
    `sandbox logs ${name}${runs ? " -f" : ""}`,
    `sandbox debug ${execution}/${node} --attempt ${attempt}`,
    ...(runs && container_id ? [`docker exec -it ${container_id.slice(0, 12)} sh`] : []),
    `kubectl --context flyte-sandbox logs -n ${namespace} ${name}`,
    `kubectl --context flyte-sandbox describe pod -n ${namespace} ${name}`,
  ];
}

function Shown({ pod }: { pod: Pod }) {
  const text = useText();
  const { pods: words } = useMachineText();
  const [query, change] = useQueryValues();
  const tab = TABS.find((id) => id === query.get("tab")) ?? "logs";
  const split = pod.namespace.lastIndexOf("-");
  const run = { project: pod.namespace.slice(0, split), domain: pod.namespace.slice(split + 1), name: pod.execution };
  return (
    <Page title={pod.name} windowTitle={pod.name} mono beside={<PodStatus pod={pod} />}>
      <Facts
        facts={[
          {
            id: "execution",
            label: words.execution,
            value: <Link href={href.execution(run, { node: pod.node })}>{pod.execution}</Link>,
          },
          { id: "exit", label: text.column.exit, value: pod.exit_code ?? <Nothing /> },
          { id: "peak", label: text.column.peak, value: <Peak pod={pod} /> },
          ...(pod.reason ? [{ id: "reason", label: text.column.why, value: pod.reason }] : []),
        ]}
      />
      <Instants pod={pod} />
      <Tabs
        label={pod.name}
        items={TABS.map((id) => ({ id, label: text.tab[id] }))}
        selected={tab}
        onSelect={(id) => change({ tab: id === "logs" ? null : id })}
      >
        <div className={styles.tab}>
          {tab === "logs" && (
            <div className={styles.log}>
              <LogView
                key={pod.name}
                log={{ namespace: pod.namespace, pod: pod.name }}
                lines={linesOf(query.get("line"))}
                onLines={(lines) => change({ line: linesText(lines) })}
                empty={
                  !instantsOf(pod).started_at
                    ? text.logs.notStarted
                    : pod.status === "OOMKilled"
                      ? text.logs.emptyKilled
                      : text.logs.empty
                }
              />
            </div>
          )}
          {tab === "resources" && (
            <div className={styles.stack}>
              <PodUsage
                run={run}
                ns={pod.namespace}
                pod={pod.name}
                phase={pod.status}
                running={instantsOf(pod).ended_at === null || instantsOf(pod).ended_at === undefined}
              />
            </div>
          )}
          {tab === "containers" && (
            <div className={styles.stack}>
              {containersOf(pod).map((container) => (
                <Container key={container.name} container={container} words={text.pods.container} />
              ))}
              <Section title={words.commands}>
                {commandsOf(pod).map((command) => (
                  <Command key={command} command={command} />
                ))}
              </Section>
            </div>
          )}
          {tab === "events" && <PodEvents pod={pod} />}
          {tab === "environment" && (
            <div className={styles.stack}>
              <p className={styles.muted}>{words.envNames}</p>
              {containersOf(pod).map((container) => (
                <Section key={container.name} title={container.name}>
                  <ul className={styles.names}>
                    {container.env_names.map((name) => (
                      <li key={name}>{name}</li>
                    ))}
                  </ul>
                </Section>
              ))}
            </div>
          )}
        </div>
      </Tabs>
    </Page>
  );
}

/** One pod: what it is, when it did what, its log, its containers. */
export default function PodPage({ address }: { address: { namespace: string; name: string } }) {
  const text = useText();
  const { pods: words } = useMachineText();
  const { namespace, name } = address;
  const { data, error, isPending, refetch } = usePod(namespace, name);
  useLive(`pods:${namespace}`, {
    seq: data?.seq,
    apply: (rows) => {
      const last = rows.findLast(({ row }) => row["name"] === name);
      if (last) applyPod(last.row as unknown as Pod);
    },
    refetch,
  });
  if (data) return <Shown pod={data.pod} />;
  return (
    <Page title={name} windowTitle={name} mono>
      <LoadingLine loading={isPending} />
      {error && "status" in error && error.status === 404 ? (
        <Empty next={<Link href={href.pods()}>{words.title}</Link>}>{words.unknown(name, namespace)}</Empty>
      ) : (
        error && <ErrorState title={text.state.unread(name)} error={error} onRetry={() => void refetch()} />
      )}
    </Page>
  );
}
