import type { RunExecution } from "../../api/types";
import type { RunName } from "../../base/kinds";
import type { Text } from "../../text";

/** An execution of an address: PROJECT/DOMAIN/NAME; null when it is none. */
export function readRun(text: string | null): RunName | null {
  const [project, domain, name, ...more] = (text ?? "").split("/");
  return project && domain && name && more.length === 0 ? { project, domain, name } : null;
}

/** How an execution was started, as far as it can differ between two of the same version; by the words of `text`. */
export function settingsOf(text: Text, { launch_plan: plan, what, ...execution }: RunExecution) {
  const { meta } = text.execution;
  const ofTask = plan.kind === "task";
  return {
    [meta.launchPlan]: ofTask || plan.version === what.version ? plan.name : `${plan.name} ${plan.version}`,
    [meta.domain]: text.place.pair(execution.project, execution.domain),
    [meta.mode]: execution.mode.toLowerCase(),
    [meta.by]: execution.principal,
    [meta.parallelism]: execution.max_parallelism,
    [meta.interruptible]: execution.interruptible,
    [meta.overwrite]: execution.overwrite_cache || undefined,
    [meta.rawOutput]: execution.raw_output_prefix,
    [meta.cluster]: execution.cluster,
    [meta.labels]: execution.labels,
    annotations: execution.annotations,
    [meta.envs]: execution.envs,
    [meta.tags]: execution.tags,
  };
}
