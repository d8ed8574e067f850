import { client } from "../api/client";
import { type MachineRow, statusKey, useStatus } from "../api/platform";
import type { Status } from "../api/types";
import { href } from "../base/address";
import { useLive } from "../live/use-live";
import { useText } from "../text";
import { bytes, cpu } from "../text/format";
import { Link } from "../ui/Link";
import styles from "./Capacity.module.css";

/** Puts a `machine` event into the status that is shown. */
function applyMachine(row: MachineRow): void {
  client.setQueryData<Status>(statusKey, (status) => {
    if (!status) return status;
    const { cpu_millis, memory_bytes, containers, waiting } = row.capacity;
    return {
      ...status,
      resources: {
        cpu_millis: { total: cpu_millis.total, used: cpu_millis.reserved },
        memory_bytes: { total: memory_bytes.total, used: memory_bytes.reserved },
        pods: {
          running: containers ?? status.resources.pods.running,
          waiting: waiting ?? status.resources.pods.waiting,
        },
      },
    };
  });
}

function Meter({
  label,
  used,
  total,
  write,
}: {
  label: string;
  used: number;
  total: number;
  write: (n: number) => string;
}) {
  const text = useText();
  const share = total > 0 ? Math.min(1, used / total) : 0;
  return (
    <span className={styles.meter} title={`${label}: ${text.capacity.of(write(used), write(total))}`}>
      <span className={styles.label}>{label}</span>
      <span className={styles.track}>
        <span className={styles.fill} style={{ width: `${share * 100}%` }} data-full={share > 0.9 ? "" : undefined} />
      </span>
    </span>
  );
}

/** How much of the machine pods hold, and how many run or wait; a link to the pods. */
export function Capacity({ iconsOnly }: { iconsOnly: boolean }) {
  const text = useText();
  const { data, refetch } = useStatus();
  useLive("machine", {
    seq: undefined,
    loose: true,
    apply: (rows) => {
      for (const { row } of rows) applyMachine(row as unknown as MachineRow);
    },
    refetch,
  });
  if (!data) return null;
  const { cpu_millis, memory_bytes, pods } = data.resources;
  const words = pods.running === 0 ? text.capacity.idle : text.capacity.running(pods.running);
  const all = pods.waiting > 0 ? `${words} · ${text.capacity.waiting(pods.waiting)}` : words;
  return (
    <Link href={href.pods()} className={styles.capacity} title={iconsOnly ? all : undefined}>
      <span className="visually-hidden">{text.capacity.label}: </span>
      <span className={styles.words}>
        <span className={styles.dot} data-on={pods.running > 0 ? "" : undefined} />
        {iconsOnly ? pods.running : all}
      </span>
      {!iconsOnly && (
        <>
          <Meter label={text.capacity.cpu} used={cpu_millis.used} total={cpu_millis.total ?? 0} write={cpu} />
          <Meter label={text.capacity.memory} used={memory_bytes.used} total={memory_bytes.total ?? 0} write={bytes} />
        </>
      )}
    </Link>
  );
}
