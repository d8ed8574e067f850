import { Maximize2 } from "lucide-react";
import { href } from "../../../base/address";
import { useQueryValues } from "../../../base/query";
import { LogView } from "../../../feature/logs/LogView";
import { linesOf, linesText } from "../../../feature/logs/lines";
import { useText } from "../../../text";
import { Button } from "../../../ui/Button";
import { later } from "../../../ui/later";
import { hasEnded } from "../../../ui/phases";
import { Empty } from "../../../ui/States";
import { AttemptChoice, shownAttempt } from "./AttemptChoice";
import styles from "./Panel.module.css";
import type { Selection } from "./selection";

const Spark = later(() => import("../../../feature/curve/Spark"));

/** The log of one attempt of a node, below its memory in one line. */
export function NodeLogs({ selection }: { selection: Selection }) {
  const text = useText();
  const [query, change] = useQueryValues();
  const shown = shownAttempt(selection, query.get("attempt"));
  if (!shown?.pod || !shown.ns)
    return (
      <div className={styles.padded}>
        <Empty>{selection.phase === "CACHED" ? text.logs.noContainer : text.logs.notStarted}</Empty>
      </div>
    );
  return (
    <>
      <Spark
        key={shown.pod}
        run={selection.run}
        ns={shown.ns}
        pod={shown.pod}
        phase={shown.phase}
        running={!hasEnded(shown.phase) && shown.ended_at === undefined}
        onOpen={() => change({ panel: "resources" })}
      />
      <LogView
        key={`${shown.ns}/${shown.pod}`}
        log={{ namespace: shown.ns, pod: shown.pod }}
        lines={linesOf(query.get("line"))}
        onLines={(lines) => change({ line: linesText(lines) })}
        empty={!shown.started_at ? text.logs.notStarted : shown.oom ? text.logs.emptyKilled : text.logs.empty}
        before={<AttemptChoice selection={selection} shown={shown} />}
        after={
          <Button kind="icon" size="small" label={text.logs.full} href={href.pod(shown.ns, shown.pod, { tab: "logs" })}>
            <Maximize2 size={16} strokeWidth={1.75} />
          </Button>
        }
      />
    </>
  );
}
