import { useEffect, useRef } from "react";
import type { Sample } from "../../api/usage";
import type { RunName } from "../../base/kinds";
import { subscribe } from "../../live/stream";

/**
 * Tells of the samples of a run's running attempts. What came before the stream was open, or while it was cut, is asked
 * for again. A null run listens to nothing.
 */
export function useSamples(run: RunName | null, apply: (samples: Sample[]) => void, refetch: () => void): void {
  const latest = useRef({ apply, refetch });
  latest.current = { apply, refetch };
  const topic = run && `stats:${run.project}/${run.domain}/${run.name}`;
  useEffect(() => {
    if (topic === null) return;
    return subscribe(topic, {
      open: () => latest.current.refetch(),
      rows: (rows) => latest.current.apply(rows.map(({ row }) => row as unknown as Sample)),
    });
  }, [topic]);
}
