import { Maximize2 } from "lucide-react";
import { href } from "../../../base/address";
import { useQueryValues } from "../../../base/query";
import { LogView } from "../../../feature/logs/LogView";
import { phaseOf } from "../../../feature/timeline/segments";
import { useText } from "../../../text";
import { Button } from "../../../ui/Button";
import { Choice } from "../../../ui/Menu";
import { phaseLook } from "../../../ui/phases";
import { Empty } from "../../../ui/States";
import type { Selection } from "./Panel";
import styles from "./Panel.module.css";

/** `10-20` or `10` of an address; null when it is neither. */
export function linesOf(text: string | null): [number, number] | null {
  const found = /^(\d+)(?:-(\d+))?$/.exec(text ?? "");
  if (!found?.[1]) return null;
  const from = Number(found[1]);
  return [from, Number(found[2] ?? from)];
}

/** The log of one attempt of a node. */
export function NodeLogs({ selection }: { selection: Selection }) {
  const text = useText();
  const [query, change] = useQueryValues();
  const { attempts } = selection;
  const asked = query.get("attempt");
  const shown = attempts.find(({ attempt }) => String(attempt) === asked) ?? attempts.at(-1);
  if (!shown?.pod || !shown.ns)
    return (
      <div className={styles.padded}>
        <Empty>{selection.phase === "CACHED" ? text.logs.noContainer : text.logs.notStarted}</Empty>
      </div>
    );
  const total = attempts.length;
  const label = (n: number) => text.execution.panel.attempt(n + 1, total);
  return (
    <LogView
      key={`${shown.ns}/${shown.pod}`}
      log={{ namespace: shown.ns, pod: shown.pod }}
      lines={linesOf(query.get("line"))}
      onLines={(lines) => change({ line: lines ? (lines[0] === lines[1] ? lines[0] : lines.join("-")) : null })}
      empty={shown.started_at ? text.logs.empty : text.logs.notStarted}
      before={
        total > 1 && (
          <Choice
            size="small"
            label={text.tab.attempts}
            selected={[String(shown.attempt)]}
            items={attempts.map((attempt) => ({
              id: String(attempt.attempt),
              label: `${label(attempt.attempt)} · ${text.phase[phaseLook(phaseOf(attempt)).word]}`,
            }))}
            onChange={([id]) => change({ attempt: id ?? null, line: null })}
          >
            {label(shown.attempt)}
          </Choice>
        )
      }
      after={
        <Button kind="icon" size="small" label={text.logs.full} href={href.pod(shown.ns, shown.pod, { tab: "logs" })}>
          <Maximize2 size={16} strokeWidth={1.75} />
        </Button>
      }
    />
  );
}
