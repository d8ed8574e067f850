import { useQuery } from "@tanstack/react-query";
import { logLines } from "../../api/logs";
import { runQuery } from "../../api/runs";
import type { ExecutionRow, Run } from "../../api/types";
import { href } from "../../base/address";
import type { RunName } from "../../base/kinds";
import control from "../../feature/control/Control.module.css";
import { shownPhase, targetOf } from "../../feature/runs/ExecutionRows";
import { useText } from "../../text";
import { Button } from "../../ui/Button";
import { Phase } from "../../ui/Phase";
import { Dialog } from "../../ui/Popover";
import { hasEnded } from "../../ui/phases";
import { ErrorState, LoadingLine } from "../../ui/States";
import { Story } from "../execution/Story";
import { useStoryAttempt } from "../execution/story-attempt";
import styles from "./Executions.module.css";

const LINES = 20;

/** The end of the log of the attempt that the sentence is about, else of the newest one that has a pod. */
function LogEnd({ run, data }: { run: RunName; data: Run }) {
  const text = useText();
  const about = useStoryAttempt(run, data);
  const pod = about?.pod ? about : data.attempts.findLast((each) => each.pod);
  const lines = useQuery({
    queryKey: ["log-end", pod?.ns, pod?.pod],
    enabled: pod !== undefined,
    staleTime: 0,
    queryFn: () => logLines({ namespace: pod?.ns ?? "", pod: pod?.pod ?? "" }, -LINES, LINES),
  });
  const log = lines.data?.text.join("\n");
  return log ? (
    <pre role="log" aria-label={text.tab.logs} translate="no">
      {log}
    </pre>
  ) : null;
}

function Shown({ run, data }: { run: RunName; data: Run }) {
  const { execution, story } = data;
  const error =
    data.nodes.find(({ id }) => id === (story.array ?? story.node))?.error?.message ?? execution.error?.line;
  return (
    <>
      <Story run={run} execution={execution} story={story} nodes={data.nodes} />
      {error && hasEnded(execution.phase) && <pre>{error}</pre>}
      <LogEnd run={run} data={data} />
    </>
  );
}

/** What happened to an execution of the list, without leaving the list. */
export default function Preview({ row, close }: { row: ExecutionRow; close: () => void }) {
  const text = useText();
  const run = targetOf(row);
  // It is not listened to: what is kept of it may be older than the row.
  const { data, error, isPending, refetch } = useQuery({ ...runQuery(run), staleTime: 0, refetchOnMount: "always" });
  return (
    <Dialog open onClose={close} label={row.id} kind="drawer">
      <div className={styles.preview}>
        <h2>
          {row.id} <Phase phase={shownPhase(row)} />
        </h2>
        <LoadingLine loading={isPending} />
        {error && <ErrorState title={text.state.unread(row.id)} error={error} onRetry={() => void refetch()} />}
        {data && <Shown run={run} data={data} />}
        <span className={control.buttons}>
          <Button onPress={close}>{text.act.close}</Button>
          <Button kind="primary" href={href.execution(run)}>
            {text.act.open}
          </Button>
        </span>
      </div>
    </Dialog>
  );
}
