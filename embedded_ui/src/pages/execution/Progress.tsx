import { useMemo, useState } from "react";
import type { RunExecution } from "../../api/types";
import { useThrottled } from "../../base/use-throttled";
import { useText } from "../../text";
import { phaseLook } from "../../ui/phases";

const EVERY_MS = 5000;

/** Tells who does not see it that the run's phase has changed, or another node has failed; nothing as the page opens. */
export function Progress({ phase, nodes: { done, total, failed } }: Pick<RunExecution, "phase" | "nodes">) {
  const text = useText();
  const [came] = useState(`${phase} ${failed}`);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the numbers are those of that moment
  const said = useMemo(() => {
    const word = text.phase[phaseLook(phase).word];
    return came === `${phase} ${failed}` ? "" : text.execution.said(word, done, total, failed);
  }, [phase, failed, text]);
  return (
    <p role="status" className="visually-hidden">
      {useThrottled(said, EVERY_MS)}
    </p>
  );
}
