import type { RunAttempt } from "../../../api/types";
import { useQueryValues } from "../../../base/query";
import { phaseOf } from "../../../feature/timeline/segments";
import { useText } from "../../../text";
import { Choice } from "../../../ui/Menu";
import { phaseLook } from "../../../ui/phases";
import type { Selection } from "./selection";

/** The attempt that the address names, else the last one. */
export const shownAttempt = ({ attempts }: Selection, asked: string | null): RunAttempt | undefined =>
  attempts.find(({ attempt }) => String(attempt) === asked) ?? attempts.at(-1);

/** Which of several attempts is shown; nothing when there is only one. */
export function AttemptChoice({ selection, shown }: { selection: Selection; shown: RunAttempt }) {
  const text = useText();
  const [, change] = useQueryValues();
  const { attempts } = selection;
  const total = attempts.length;
  if (total < 2) return null;
  const label = (n: number) => text.execution.panel.attempt(n + 1, total);
  return (
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
  );
}
