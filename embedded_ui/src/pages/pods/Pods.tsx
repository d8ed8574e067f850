import { useMemo } from "react";
import { client } from "../../api/client";
import { podsKey, usePods } from "../../api/pods";
import type { Pod } from "../../api/types";
import { href } from "../../base/address";
import { serverNow, useTenSeconds } from "../../base/clock";
import { useQueryValues } from "../../base/query";
import { kubectlAge, limitOf, podPhase } from "../../feature/runs/pods";
import { withRow } from "../../live/rows";
import type { LiveRow } from "../../live/stream";
import { useLive } from "../../live/use-live";
import { type Text, useText } from "../../text";
import { bytes, count } from "../../text/format";
import { useMachineText } from "../../text/machine";
import { Nothing } from "../../ui/Amount";
import { Button } from "../../ui/Button";
import { SearchBox } from "../../ui/Field";
import { Image } from "../../ui/Identifier";
import { Link } from "../../ui/Link";
import { type Column, List, useColumns } from "../../ui/List";
import { Choice } from "../../ui/Menu";
import { Page } from "../../ui/Page";
import { phaseLook } from "../../ui/phases";
import { Empty, ErrorState, LoadingLine } from "../../ui/States";
import styles from "./Pods.module.css";

const keyOf = (pod: Pod): string => `${pod.namespace}/${pod.name}`;

/** The status of a pod in kubectl's word, with the look of its phase. */
export function PodStatus({ pod }: { pod: Pod }) {
  const { icon: Icon, group } = phaseLook(podPhase(pod));
  return (
    <span className={styles.status} data-group={group} title={pod.reason} translate="no">
      <Icon size={16} strokeWidth={1.75} aria-hidden />
      {pod.status}
    </span>
  );
}

/** Peak of the memory and its limit, as numbers and as a bar. */
export function Peak({ pod }: { pod: Pod }) {
  const peak = pod.peak_memory_bytes ?? null;
  const limit = limitOf(pod);
  if (peak === null) return <Nothing />;
  const share = limit ? Math.min(1, peak / limit) : 0;
  return (
    <span className={styles.peak}>
      <span>{limit ? `${bytes(peak)} / ${bytes(limit)}` : bytes(peak)}</span>
      <span className={styles.track}>
        <span className={styles.fill} data-full={share > 0.9 ? "" : undefined} style={{ width: `${share * 100}%` }} />
      </span>
    </span>
  );
}

function columnsOf(text: Text): Column<Pod>[] {
  return [
    {
      id: "namespace",
      head: text.column.namespace,
      width: "minmax(172px, 1fr)",
      cell: (pod) => (
        <span className={styles.muted} translate="no">
          {pod.namespace}
        </span>
      ),
    },
    {
      id: "name",
      head: text.column.name,
      width: "minmax(240px, 2fr)",
      cell: (pod) => (
        <Link href={href.pod(pod.namespace, pod.name)} className={`row-link ${styles.name}`} title={pod.name} named>
          {pod.name}
        </Link>
      ),
    },
    { id: "ready", head: text.column.ready, width: "48px", cell: (pod) => pod.ready },
    { id: "status", head: text.column.status, width: "120px", cell: (pod) => <PodStatus pod={pod} /> },
    {
      id: "age",
      head: text.column.age,
      width: "56px",
      numeric: true,
      cell: (pod) => kubectlAge(serverNow() / 1000 - pod.created_at),
    },
    { id: "exit", head: text.column.exit, width: "40px", numeric: true, cell: (pod) => pod.exit_code ?? <Nothing /> },
    { id: "peak", head: text.column.peak, width: "184px", from: 1280, cell: (pod) => <Peak pod={pod} /> },
    {
      id: "image",
      head: text.column.image,
      width: "minmax(120px, 1fr)",
      from: 1600,
      cell: (pod) => (pod.image ? <Image reference={pod.image} /> : <Nothing />),
    },
  ];
}

type LivePod = Pod & { rev?: number };

function withPods(data: { pods: Pod[] }, rows: LiveRow[]): { pods: Pod[] } {
  let pods: LivePod[] = data.pods;
  for (const { row } of rows) pods = withRow(pods, row as unknown as LivePod, keyOf, "start");
  return { ...data, pods };
}

function usePodRows(namespace: string | null) {
  const query = usePods(namespace);
  useLive(`pods:${namespace ?? "*"}`, {
    seq: query.data?.seq,
    refetch: query.refetch,
    apply: (rows) => client.setQueryData<{ pods: Pod[] }>(podsKey(namespace), (data) => data && withPods(data, rows)),
  });
  return query;
}

/** All pods of this machine, those that have ended too. */
export default function Pods() {
  const text = useText();
  const { pods: words } = useMachineText();
  useTenSeconds(); // ages grow
  const [query, change] = useQueryValues();
  const namespace = query.get("namespace");
  const { data, error, isPending, refetch } = usePodRows(namespace);
  const search = (query.get("q") ?? "").toLowerCase();
  const status = query.get("status");
  const pods = useMemo(() => [...(data?.pods ?? [])].sort((a, b) => b.created_at - a.created_at), [data]);
  const statuses = Map.groupBy(pods, (pod) => pod.status);
  const namespaces = [...new Set([...pods.map((pod) => pod.namespace), ...(namespace ? [namespace] : [])])].sort();
  const rows = pods.filter((pod) => pod.name.includes(search) && (!status || pod.status === status));
  const columns = useColumns(columnsOf(text));
  const filtered = search !== "" || status !== null;
  return (
    <Page title={words.title} windowTitle={words.title}>
      <div className={styles.bar}>
        <Choice
          label={text.column.namespace}
          selected={[namespace ?? ""]}
          items={[{ id: "", label: words.all }, ...namespaces.map((id) => ({ id, label: id }))]}
          onChange={([id]) => change({ namespace: id })}
        >
          {namespace ?? words.all}
        </Choice>
        {[...statuses].map(([word, some]) => (
          <Button
            key={word}
            pressed={status === word}
            onPress={() => change({ status: status === word ? null : word })}
          >
            <span translate="no">{word}</span> <span className={styles.muted}>{count(some.length)}</span>
          </Button>
        ))}
        <SearchBox label={words.search} value={query.get("q") ?? ""} onChange={(q) => change({ q })} />
      </div>
      <div>
        <LoadingLine loading={isPending} />
        {error && !data && (
          <ErrorState title={text.state.unread(words.title)} error={error} onRetry={() => void refetch()} />
        )}
        {data && rows.length === 0 && <Empty>{filtered ? words.filtered : words.empty}</Empty>}
        {rows.length > 0 && (
          <List
            label={words.list}
            rows={rows}
            columns={columns}
            keyOf={keyOf}
            narrow={(pod) => (
              <>
                <span className={styles.line}>
                  <PodStatus pod={pod} />
                  <span className={styles.right}>{kubectlAge(serverNow() / 1000 - pod.created_at)}</span>
                </span>
                <Link href={href.pod(pod.namespace, pod.name)} className={`row-link ${styles.name}`} named>
                  {pod.name}
                </Link>
              </>
            )}
          />
        )}
      </div>
    </Page>
  );
}
