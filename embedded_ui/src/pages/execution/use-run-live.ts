import { applyRunRows } from "../../api/run-live";
import type { Run } from "../../api/types";
import type { RunName } from "../../base/kinds";
import { useLive } from "../../live/use-live";
import { runText } from "./nodes/tree";

/** Puts what a run does into what is shown of it; without a run it does nothing. */
export function useRunLive(run: RunName | null, data: Run | undefined, refetch: () => unknown): void {
  useLive(run && `run:${runText(run)}`, {
    seq: data?.seq,
    refetch: () => void refetch(),
    apply: (rows) => run && applyRunRows(run, rows),
  });
}
