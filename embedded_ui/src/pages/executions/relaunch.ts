import { createExecution, readExecution, readLaunchables, readRunInputs } from "../../api/launch";
import type { RunName } from "../../base/kinds";
import { advancedOf, launchBody } from "../launch/advanced";

/** Starts what a run ran once more, the same version with the same inputs and settings: what its form would send. */
export async function relaunch(run: RunName, signal: AbortSignal): Promise<RunName> {
  const [{ spec }, inputs] = await Promise.all([readExecution(run, signal), readRunInputs(run, signal)]);
  const { resourceType, project = "", domain = "", name = "", version = "" } = spec?.launchPlan ?? {};
  const kind = resourceType === "TASK" ? "task" : "launch_plan";
  const [launchable] = await readLaunchables({ kind, project, domain, name }, version, signal);
  // What the plan itself fixes was among the inputs, and cannot be given.
  const taken = new Set(launchable?.inputs.map((input) => input.name));
  const literals = Object.fromEntries(Object.entries(inputs.literals ?? {}).filter(([input]) => taken.has(input)));
  const id = { kind, project, domain, name, version } as const;
  return createExecution(launchBody({ of: id, literals, advanced: advancedOf(spec), reference: run }));
}
