import { X } from "lucide-react";
import { useState } from "react";
import { archiveExecution, terminateExecution } from "../../api/launch";
import type { ExecutionRow } from "../../api/types";
import { href } from "../../base/address";
import type { RunName } from "../../base/kinds";
import { Reason } from "../../feature/control/Terminate";
import { useReachable } from "../../live/use-live";
import { useText } from "../../text";
import { useCompareText } from "../../text/compare";
import { Button } from "../../ui/Button";
import { Popover } from "../../ui/Popover";
import { hasEnded } from "../../ui/phases";
import { toast } from "../../ui/toast";
import { useHere } from "../../ui/use-here";
import styles from "./Executions.module.css";
import { eachOf } from "./each-of";
import { relaunch } from "./relaunch";
import type { Selection } from "./use-selection";

const nameOf = ({ project, domain, id }: ExecutionRow): RunName => ({ project, domain, name: id });
const startOf = ({ started_at, created_at }: ExecutionRow): string => started_at ?? created_at ?? "";

/** What can be done with the selected executions, many at once; what came of it stands in the same place. */
export default function SelectionBar({ selection, onDone }: { selection: Selection; onDone: () => void }) {
  const text = useText();
  const words = useCompareText().list;
  const reachable = useReachable();
  const [busy, setBusy] = useState("");
  const [said, setSaid] = useState("");
  const begin = useHere();
  const { rows } = selection;
  const away = reachable ? undefined : text.banner.away_reason;
  const off = away ?? (busy === "" ? undefined : true);
  const running = rows.filter(({ phase }) => !hasEnded(phase) && phase !== "ABORTING");
  const archived = rows.length > 0 && rows.every((row) => row.archived);
  const [first, second] = [...rows].sort((a, b) => startOf(a).localeCompare(startOf(b)));

  const act = async (on: ExecutionRow[], work: (run: RunName) => Promise<unknown>, done: (n: number) => string) => {
    const here = begin();
    setSaid("");
    const tell = (n: number) => setBusy(words.working(n, on.length));
    tell(0);
    const { succeeded, refused } = await eachOf(on.map(nameOf), work, tell);
    setBusy("");
    const which = refused.map(({ one, message }) => `${one.name}: ${message}`).join("; ");
    const problem = refused.length > 0 ? words.refused(refused.length, which) : "";
    const result = [succeeded > 0 ? done(succeeded) : "", problem].filter((part) => part !== "").join(" ");
    if (here()) setSaid(result);
    else toast(result, { bad: refused.length > 0 });
    if (refused.length === 0) selection.clear();
    onDone();
  };
  const terminate = (reason: string) => act(running, (run) => terminateExecution(run, reason), words.terminated);
  const again = () => act(rows, (run) => relaunch(run, new AbortController().signal), words.relaunched);
  const archive = () =>
    act(rows, (run) => archiveExecution(run, !archived), archived ? words.unarchived : words.archived);

  const end = (
    <Button size="small" disabled={off ?? (running.length === 0 ? words.none : undefined)}>
      {text.act.terminate}
    </Button>
  );
  return (
    <div className={styles.selection} role="toolbar" aria-label={words.selected(rows.length)}>
      {rows.length > 0 && (
        <>
          <span className={styles.selected}>{words.selected(rows.length)}</span>
          {off || running.length === 0 ? (
            end
          ) : (
            <Popover trigger={end} label={text.launch.end.title}>
              {(close) => (
                <Reason
                  name={words.selected(rows.length)}
                  close={close}
                  send={async (reason) => {
                    close();
                    await terminate(reason);
                  }}
                />
              )}
            </Popover>
          )}
          <Button size="small" disabled={off} onPress={() => void again()}>
            {text.act.relaunch}
          </Button>
          <Button size="small" disabled={off} onPress={() => void archive()}>
            {archived ? text.act.unarchive : text.act.archive}
          </Button>
          <Button
            size="small"
            disabled={rows.length === 2 ? undefined : words.two}
            {...(first && second ? { href: href.compare({ a: nameOf(first), b: nameOf(second) }) } : {})}
          >
            {text.act.compare}
          </Button>
          <Button size="small" kind="icon" label={words.clear} onPress={selection.clear}>
            <X size={16} strokeWidth={1.75} />
          </Button>
        </>
      )}
      <span role="status" className={styles.said}>
        {busy || said}
      </span>
    </div>
  );
}
