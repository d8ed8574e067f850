import { useEffect, useMemo, useState } from "react";
import { type LogName, type LogSearch, type Match, searchLog } from "../../api/logs";

export interface SearchState {
  matches: Match[];
  /** The search goes on. */
  running: boolean;
  error: string | null;
  /** Marks by line. */
  byLine: Map<number, [number, number][]>;
}

const KEEP = 100_000;
const NONE: Match[] = [];

/** Searches the whole log on the server; `round` begins it again when the log has grown. */
export function useLogSearch(log: LogName, search: LogSearch, round: number): SearchState {
  const [matches, setMatches] = useState<Match[]>(NONE);
  const [running, setRunning] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const { namespace, pod } = log;
  const { q, regex, matchCase, stderrOnly = false } = search;
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new round searches again
  useEffect(() => {
    setError(null);
    if (q === "") {
      setMatches(NONE);
      setRunning(false);
      return;
    }
    const abort = new AbortController();
    const run = async () => {
      let all: Match[] = [];
      setRunning(true);
      try {
        for await (const part of searchLog({ namespace, pod }, { q, regex, matchCase, stderrOnly }, abort.signal)) {
          all = [...all, ...part];
          if (!abort.signal.aborted) setMatches(all);
          if (all.length >= KEEP) break;
        }
        if (!abort.signal.aborted) setMatches(all);
      } catch (failure) {
        if (abort.signal.aborted) return;
        setMatches(NONE);
        setError(failure instanceof Error ? failure.message : String(failure));
      } finally {
        if (!abort.signal.aborted) setRunning(false);
      }
    };
    void run();
    return () => abort.abort();
  }, [namespace, pod, q, regex, matchCase, stderrOnly, round]);
  const byLine = useMemo(() => {
    const out = new Map<number, [number, number][]>();
    for (const [line, start, end] of matches) {
      const marks = out.get(line);
      if (marks) marks.push([start, end]);
      else out.set(line, [[start, end]]);
    }
    return out;
  }, [matches]);
  return { matches, running, error, byLine };
}
