import { useMemo, useState } from "react";
import type { Stats } from "../../api/types";
import { useText } from "../../text";
import { bytes, duration } from "../../text/format";
import { useUsageText } from "../../text/usage";
import { Empty, ErrorState, LoadingLine } from "../../ui/States";
import { cpuCurve, memoryCurve, usedCpu } from "./curves";
import { Figure, Foot, SampleTable } from "./Figure";
import { type PodOfRun, usePodUsage } from "./use-pod-usage";

function Curves({ stats, name }: { stats: Stats; name: string }) {
  const text = useUsageText();
  const [at, setAt] = useState<number | null>(null);
  const memory = useMemo(() => memoryCurve(stats, text), [stats, text]);
  const load = useMemo(() => cpuCurve(stats, text), [stats, text]);
  const t = at === null ? undefined : stats.t_ms[at];
  const readout =
    at === null || t === undefined
      ? null
      : text.at(duration(t), `${bytes(stats.memory_bytes[at] ?? 0)} · ${usedCpu(stats.cpu_millis[at] ?? 0)} cpu`);
  return (
    <>
      <Figure title={text.memory} {...memory} sync={name} onHover={setAt} />
      <Figure title={text.cpu} {...load} sync={name} height={120} onHover={setAt} />
      <Foot readout={readout}>
        <SampleTable
          label={name}
          t={stats.t_ms}
          columns={[
            { head: text.memory, values: stats.memory_bytes, write: bytes },
            { head: text.cpu, values: stats.cpu_millis, write: usedCpu },
          ]}
        />
      </Foot>
    </>
  );
}

/** What one attempt used: memory and cpu against what it asked for and what it may have. */
export default function PodUsage(of: PodOfRun) {
  const text = useText();
  const words = useUsageText();
  const { data, error, isPending, refetch } = usePodUsage(of);
  if (error && !data)
    return <ErrorState title={text.state.unread(words.loading)} error={error} onRetry={() => void refetch()} />;
  return (
    <>
      <LoadingLine loading={isPending} />
      {data &&
        (data.t_ms.length > 0 ? <Curves key={of.pod} stats={data} name={of.pod} /> : <Empty>{words.none}</Empty>)}
    </>
  );
}
