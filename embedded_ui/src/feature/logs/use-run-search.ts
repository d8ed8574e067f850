import { useEffect, useState } from "react";
import type { LogSearch } from "../../api/logs";
import { runLog } from "../../api/run-log";
import type { RunLog } from "../../api/types";
import type { RunName } from "../../base/kinds";
import type { Mark } from "./LineText";
import { keyOf, MOST_LINES, type RunLogFilter } from "./run-store";

interface RunFound {
  /** Places in lines as they were printed, by keyOf. */
  marks: Map<string, Mark[]>;
  running: boolean;
  error: string | null;
}

const NOTHING: RunFound = { marks: new Map(), running: false, error: null };

/** Finds a regular expression in the logs of a run, on the server; `round` begins it again when they have grown. */
export function useRunSearch(run: RunName, filter: RunLogFilter, search: LogSearch, round: string): RunFound {
  const [found, setFound] = useState(NOTHING);
  const wanted = search.regex && search.q !== "" ? JSON.stringify([run, filter, search]) : "";
  // biome-ignore lint/correctness/useExhaustiveDependencies: `wanted` is all of it
  useEffect(() => {
    setFound(NOTHING);
    if (wanted === "") return;
    const abort = new AbortController();
    const look = async () => {
      const marks = new Map<string, Mark[]>();
      setFound({ ...NOTHING, running: true });
      try {
        for (let cursor: string | null = ""; cursor !== null && marks.size < MOST_LINES; ) {
          const part: RunLog = await runLog(run, { ...filter, search, cursor, count: 2000 }, abort.signal);
          for (const line of part.lines) marks.set(keyOf(line), line.match as Mark[]);
          cursor = part.next;
        }
        setFound({ ...NOTHING, marks });
      } catch (error) {
        if (!abort.signal.aborted) setFound({ ...NOTHING, error: String(error) });
      }
    };
    void look();
    return () => abort.abort();
  }, [wanted, round]);
  return found;
}
