import { useRun } from "../../../api/runs";
import type { RunName } from "../../../base/kinds";
import { hasEnded } from "../../../ui/phases";
import { useRunLive } from "../use-run-live";

/** Keeps a run that an open row started current while it goes on; shows nothing itself. */
export function LiveRun({ run }: { run: RunName }) {
  const { data, refetch } = useRun(run);
  useRunLive(hasEnded(data?.execution.phase ?? "") ? null : run, data, refetch);
  return null;
}
