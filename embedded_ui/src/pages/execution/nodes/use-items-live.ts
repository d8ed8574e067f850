import { applyItemRows } from "../../../api/run-live";
import type { RunNode } from "../../../api/types";
import type { RunName } from "../../../base/kinds";
import { useLive } from "../../../live/use-live";
import { hasEnded } from "../../../ui/phases";

interface Snapshot {
  seq: number | undefined;
  refetch: () => void;
}

/** Puts what the items of an array do into what is shown of them, while it runs; without an array it does nothing. */
export function useItemsLive(run: RunName, array: RunNode | null, { seq, refetch }: Snapshot): void {
  const goesOn = array?.items !== undefined && !hasEnded(array.phase);
  useLive(goesOn ? `items:${run.project}/${run.domain}/${run.name}/${array.id}` : null, {
    seq,
    refetch,
    apply: (rows) => applyItemRows(run, array?.id ?? "", rows),
  });
}
