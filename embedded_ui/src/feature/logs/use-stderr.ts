import { useEffect, useRef, useState } from "react";
import { type LogName, searchLog } from "../../api/logs";
import { useThrottled } from "../../base/use-throttled";

const ANY = { q: ".+", regex: true, matchCase: false, stderrOnly: true };

/** The numbers of the lines that were printed to standard error, from 0; more of them as the log grows. */
export function useStderr({ namespace, pod }: LogName, total: number): number[] {
  const [lines, setLines] = useState<number[]>([]);
  const looked = useRef(0); // the line to go on from
  const upTo = useThrottled(total, 1000);
  useEffect(() => {
    if (upTo === 0) return;
    const abort = new AbortController();
    const look = async () => {
      try {
        for await (const part of searchLog({ namespace, pod }, ANY, abort.signal, looked.current)) {
          const last = part.at(-1)?.[0] ?? 0;
          looked.current = Math.max(looked.current, last);
          setLines((before) => [
            ...before,
            ...part.map(([line]) => line).filter((line) => line > (before.at(-1) ?? -1)),
          ]);
        }
        looked.current = Math.max(looked.current, upTo - 1);
      } catch {
        // Each line has its mark all the same.
      }
    };
    void look();
    return () => abort.abort();
  }, [namespace, pod, upTo]);
  return lines;
}
