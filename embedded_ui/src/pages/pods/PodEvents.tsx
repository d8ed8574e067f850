import { usePodEvents } from "../../api/pods";
import type { Pod } from "../../api/types";
import { useText } from "../../text";
import { useMachineText } from "../../text/machine";
import { Empty, ErrorState, LoadingLine } from "../../ui/States";
import { Time } from "../../ui/Time";
import styles from "./Pods.module.css";

/** What Kubernetes would tell of a pod, in order. */
export function PodEvents({ pod }: { pod: Pod }) {
  const text = useText();
  const { pods } = useMachineText();
  const { data, error, isPending, refetch } = usePodEvents(pod, `${pod.status} ${pod.reason} ${pod.ready}`);
  if (error)
    return <ErrorState title={text.state.unread(text.tab.events)} error={error} onRetry={() => void refetch()} />;
  if (data?.length === 0) return <Empty>{pods.noEvents}</Empty>;
  return (
    <>
      <LoadingLine loading={isPending} />
      <ol aria-label={text.tab.events}>
        {data?.map(({ metadata, lastTimestamp, type, reason, message }) => (
          <li key={metadata.name} className={styles.event} translate="no">
            <Time at={lastTimestamp} />
            <span className={styles.status} data-group={type === "Warning" ? "bad" : "idle"}>
              {reason}
            </span>
            <span>{message}</span>
          </li>
        ))}
      </ol>
    </>
  );
}
