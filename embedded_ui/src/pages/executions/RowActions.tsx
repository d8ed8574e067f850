import { useRef, useState } from "react";
import { terminateExecution } from "../../api/launch";
import type { ExecutionRow } from "../../api/types";
import { href } from "../../base/address";
import { Reason } from "../../feature/control/Terminate";
import { targetOf } from "../../feature/runs/ExecutionRows";
import { useReachable } from "../../live/use-live";
import { useText } from "../../text";
import { copyText } from "../../ui/clipboard";
import { MenuAt } from "../../ui/Menu";
import { Dialog } from "../../ui/Popover";
import { hasEnded } from "../../ui/phases";
import type { RowMenu } from "../../ui/RowMenu";

/** The menu of an execution's row; what it has to ask is asked in a dialog. */
export default function RowActions({ row, at, close }: RowMenu<ExecutionRow> & { close: () => void }) {
  const text = useText();
  const reachable = useReachable();
  const [ending, setEnding] = useState(false);
  const asks = useRef(false); // The menu closes when it has acted: then the dialog is what is open.
  const run = targetOf(row);
  if (ending)
    return (
      <Dialog open onClose={close} label={text.launch.end.title}>
        <Reason
          name={row.id}
          close={close}
          send={async (reason) => {
            await terminateExecution(run, reason);
            close();
          }}
        />
      </Dialog>
    );
  return (
    <MenuAt
      at={at}
      label={row.id}
      onClose={() => asks.current || close()}
      items={[
        { id: "open", label: text.act.open, href: href.execution(run) },
        { id: "again", label: text.act.relaunch, href: href.relaunch(run) },
        {
          id: "end",
          label: text.act.terminate,
          disabled: !reachable || hasEnded(row.phase),
          onAction: () => {
            asks.current = true;
            setEnding(true);
          },
        },
        { id: "copy", label: text.act.copyOf(row.id), onAction: () => void copyText(row.id) },
      ]}
    />
  );
}
