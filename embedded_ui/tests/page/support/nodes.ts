import type { APIRequestContext } from "@playwright/test";
import type { Run } from "../../../src/api/types";
import type { RunName } from "../../../src/base/kinds";
import { ended as untilEnd } from "./runs";
import { expect } from "./test";

/** Waits for the end of a run, which has this phase. */
export async function ended(request: APIRequestContext, run: RunName, phase: string): Promise<Run> {
  const whole = await untilEnd(request, run);
  expect(whole.execution.phase).toBe(phase);
  return whole;
}

/** A node execution as upstream's API tells it. */
export interface NodeExecution {
  id: { nodeId: string };
  metadata: { isParentNode: boolean; specNodeId: string };
  closure: {
    phase: string;
    startedAt: string | null;
    duration: string | null;
    workflowNodeMetadata?: { executionId: RunName } | null;
    taskNodeMetadata?: { cacheStatus: string } | null;
  };
}

/** Every node execution of a run that is no start and no end, those inside of others as well. */
export async function nodeExecutions(request: APIRequestContext, run: RunName): Promise<NodeExecution[]> {
  const list = async (query: string): Promise<NodeExecution[]> => {
    const address = `/api/v1/node_executions/${run.project}/${run.domain}/${run.name}?limit=1000${query}`;
    const { nodeExecutions: nodes } = (await (await request.get(address)).json()) as {
      nodeExecutions: NodeExecution[];
    };
    const inside: NodeExecution[][] = [];
    for (const { id, metadata } of nodes)
      if (metadata.isParentNode) inside.push(await list(`&uniqueParentId=${encodeURIComponent(id.nodeId)}`));
    return [...nodes, ...inside.flat()];
  };
  const dots = ["start-node", "end-node"];
  return (await list("")).filter(({ metadata }) => !dots.includes(metadata.specNodeId));
}

/** Milliseconds of a protobuf duration: "35.741263233s". */
export const milliseconds = (text: string): number => Number.parseFloat(text) * 1000;
