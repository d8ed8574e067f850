import type { RunAttempt, RunExecution } from "../../../api/types";
import type { RunName } from "../../../base/kinds";
import { useText } from "../../../text";
import { Button } from "../../../ui/Button";
import { later } from "../../../ui/later";
import { Popover } from "../../../ui/Popover";
import { LoadingLine } from "../../../ui/States";

const Advice = later(() => import("./Advice"), <LoadingLine loading />);

export interface RaiseProps {
  run: RunName;
  execution: RunExecution;
  /** The attempt that ran out of memory. */
  attempt: RunAttempt;
}

/** The button that tells how a task gets more memory. */
export function RaiseMemory(props: RaiseProps) {
  const text = useText();
  const label = text.execution.raiseMemory;
  return (
    <Popover trigger={<Button size="small">{label}</Button>} label={label}>
      {() => (
        <>
          <Advice {...props} />
        </>
      )}
    </Popover>
  );
}
