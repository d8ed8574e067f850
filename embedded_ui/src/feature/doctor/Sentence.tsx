import type { Check } from "../../api/machine";
import { useMachineText } from "../../text/machine";
import { Command } from "../../ui/Copy";

/** What was found, in the reader's language; the server's own sentence where the catalogue has none. */
export function CheckSentence({ check }: { check: Check }) {
  const { doctor } = useMachineText();
  return <>{doctor.codes[check.code]?.(check.values) ?? check.text}</>;
}

/** What to do about it: a command to copy, or a sentence. */
export function CheckFix({ check }: { check: Check }) {
  const { doctor } = useMachineText();
  if (check.fix === null) return null;
  if (check.fix_is_command) return <Command command={check.fix} />;
  return <span>{doctor.fixes[check.code]?.(check.values) ?? check.fix}</span>;
}
