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
  /** Open from the first. */
  open?: boolean;
}

/** The button that tells how a task gets more memory. */
export function RaiseMemory({ open = false, ...props }: RaiseProps) {
  const text = useText();
  const label = text.act.raiseMemory;
  return (
    <Popover trigger={<Button size="small">{label}</Button>} label={label} open={open}>
      {() => (
        <>
          <Advice {...props} />
        </>
      )}
    </Popover>
  );
}
