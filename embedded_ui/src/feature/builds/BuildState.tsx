import type { Build } from "../../api/types";
import { useMachineText } from "../../text/machine";
import { Phase } from "../../ui/Phase";
import { phaseOf } from "./builds";

/** Whether it runs, and how it ended. */
export function BuildState({ state, badge = false }: { state: Build["state"]; badge?: boolean }) {
  const { builds } = useMachineText();
  return <Phase phase={phaseOf(state)} label={builds.states[state]} badge={badge} />;
}
