import { client } from "../../api/client";
import { runKey } from "../../api/runs";
import type { Run } from "../../api/types";
import { href } from "../../base/address";
import type { RunName } from "../../base/kinds";
import { Terminate } from "../../feature/control/Terminate";
import { useControl } from "../../feature/control/use-control";
import { useReachable } from "../../live/use-live";
import { useText } from "../../text";
import { Button } from "../../ui/Button";
import { copyText } from "../../ui/clipboard";
import { MoreMenu } from "../../ui/Menu";
import { hasEnded } from "../../ui/phases";
import { CopyAs } from "./copy/CopyAs";
import styles from "./Execution.module.css";

const canRecover = (phase: string): boolean => ["FAILED", "ABORTED", "TIMED_OUT"].includes(phase);

/** What can be done with a run. */
export function Actions({ run, data }: { run: RunName; data: Run }) {
  const { execution } = data;
  const text = useText();
  const reachable = useReachable();
  const away = reachable ? undefined : text.banner.away_reason;
  const ended = hasEnded(execution.phase);
  const refetch = () => void client.invalidateQueries({ queryKey: runKey(run) });
  const control = useControl(run, refetch);
  return (
    <div className={styles.actions}>
      <CopyAs run={run} data={data} />
      {canRecover(execution.phase) && (
        <Button onPress={control.recover} disabled={away ?? control.busy}>
          {text.act.recover}
        </Button>
      )}
      {ended && (
        <Button href={href.relaunch(run)} disabled={away}>
          {text.act.relaunch}
        </Button>
      )}
      {!ended && execution.phase !== "ABORTING" && <Terminate run={run} onDone={refetch} />}
      <MoreMenu
        items={[
          ...(ended ? [] : [{ id: "clone", label: text.act.clone, href: href.relaunch(run) }]),
          { id: "compare", label: text.act.compare, href: href.compare({ b: run }) },
          {
            id: "archive",
            label: execution.archived ? text.act.unarchive : text.act.archive,
            disabled: away !== undefined,
            onAction: () => control.archive(!execution.archived),
          },
          { id: "id", label: text.act.copyOf(run.name), onAction: () => void copyText(run.name) },
        ]}
      />
      {control.failure}
    </div>
  );
}
