// What the form is about: an entity, or a run that is launched again, or a node whose task is run again.
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import {
  type Launchable,
  readExecution,
  readLaunchables,
  readNodeInputs,
  readRunInputs,
  readVersions,
} from "../../api/launch";
import type { ExecutionSpecJson, LiteralMapJson } from "../../api/types";
import type { EntityName, RunName } from "../../base/kinds";

/** A run whose inputs are taken over; of one of its nodes when `node` is set. */
export interface From {
  run: RunName;
  node?: string | undefined;
}

export interface Source {
  of: EntityName;
  /** The version to begin with; the newest when it is empty. */
  version?: string | undefined;
  plan?: string | undefined;
  from?: From | undefined;
}

interface Given {
  inputs: LiteralMapJson;
  /** The settings of the run; of a node's task it has none of its own. */
  spec: ExecutionSpecJson | undefined;
}

async function readGiven({ run, node }: From, signal: AbortSignal): Promise<Given> {
  if (node !== undefined) return { inputs: await readNodeInputs(run, node, signal), spec: undefined };
  const [inputs, execution] = await Promise.all([readRunInputs(run, signal), readExecution(run, signal)]);
  return { inputs, spec: execution.spec };
}

/** What a run was launched from: its task, or its launch plan's workflow. */
export async function readRunSource(run: RunName, signal: AbortSignal): Promise<Source> {
  const execution = await readExecution(run, signal);
  const plan = execution.spec?.launchPlan;
  const id = plan?.resourceType === "TASK" ? plan : execution.closure?.workflowId;
  const kind = plan?.resourceType === "TASK" ? ("task" as const) : ("workflow" as const);
  const of = { kind, project: id?.project ?? run.project, domain: id?.domain ?? run.domain, name: id?.name ?? "" };
  return { of, version: id?.version, plan: kind === "workflow" ? plan?.name : undefined, from: { run } };
}

/** The plan to begin with: the one asked for, else the workflow's own, else the first. */
export const choosePlan = (all: Launchable[], wanted: string | undefined, of: EntityName): Launchable | undefined =>
  all.find(({ id }) => id.name === wanted) ?? all.find(({ id }) => id.name === of.name) ?? all[0];

export function useSource(source: Source) {
  const { of, from } = source;
  const key = [of.kind, of.project, of.domain, of.name];
  const [version, setVersion] = useState(source.version ?? "");
  const [plan, setPlan] = useState(source.plan);
  const [contains, setContains] = useState("");
  const versions = useQuery({
    queryKey: ["versions", ...key, contains],
    queryFn: ({ signal }) => readVersions(of, contains, signal),
    placeholderData: keepPreviousData,
    staleTime: 0,
    refetchOnMount: "always" as const,
  });
  const chosen = version || (contains === "" ? versions.data?.[0]?.version : undefined) || "";
  const launchables = useQuery({
    queryKey: ["launchables", ...key, chosen],
    queryFn: ({ signal }) => readLaunchables(of, chosen, signal),
    enabled: chosen !== "",
  });
  const given = useQuery({
    queryKey: ["given", from?.run, from?.node],
    queryFn: ({ signal }) => (from ? readGiven(from, signal) : null),
    enabled: from !== undefined,
  });
  const ready = launchables.data !== undefined && (from === undefined || given.data !== undefined);
  return {
    versions: versions.data ?? [],
    version: chosen,
    setVersion,
    contains,
    setContains,
    plans: launchables.data ?? [],
    launchable: ready ? choosePlan(launchables.data, plan, of) : undefined,
    setPlan,
    given: given.data ?? undefined,
    loading: !ready && !versions.error && !launchables.error && !given.error,
    /** There is no version to launch at all. */
    nothing: version === "" && contains === "" && versions.data?.length === 0,
    error: versions.error ?? launchables.error ?? given.error,
    retry: () => void Promise.all([versions.refetch(), launchables.refetch(), from ? given.refetch() : null]),
  };
}
