import type { APIRequestContext } from "@playwright/test";
import type { Run } from "../../../src/api/types";
import type { RunName } from "../../../src/base/kinds";
import { facts } from "./facts";
import { expect } from "./test";

const { project, domain, version } = facts.forms;

export type Json = Record<string, unknown>;

/** The page's address of the place where tests/data was registered. */
export const at = `/console/projects/${project}/domains/${domain}`;

export async function read<T = Json>(request: APIRequestContext, path: string): Promise<T> {
  const answer = await request.get(path);
  expect(answer.status(), path).toBe(200);
  return answer.json();
}

/** The literal of an integer. */
export const integer = (value: number) => ({ scalar: { primitive: { integer: String(value) } } });

/** Launches a workflow of tests/data, with integers as its inputs, and more of the spec; the name of the execution. */
export async function launch(
  request: APIRequestContext,
  name: string,
  integers: Record<string, number> = {},
  more: object = {},
): Promise<string> {
  const literals = Object.fromEntries(Object.entries(integers).map(([key, value]) => [key, integer(value)]));
  const launchPlan = { resourceType: "LAUNCH_PLAN", project, domain, name, version };
  const spec = { launchPlan, inputs: { literals }, ...more };
  const answer = await request.post("/api/v1/executions", { data: { project, domain, spec } });
  expect(answer.ok(), await answer.text()).toBe(true);
  return (await answer.json()).id.name;
}

/** Launches a map of tests/data over `xs`. */
export function launchMap(request: APIRequestContext, name: string, xs: number[]): Promise<string> {
  return launch(request, name, {}, { inputs: { literals: { xs: { collection: { literals: xs.map(integer) } } } } });
}

/** Waits until a gate of the execution is reached; its node. */
export async function gate(request: APIRequestContext, name: string): Promise<string> {
  let node = "";
  const look = async () => {
    const run = await read(request, `/sandbox/v1/runs/${project}/${domain}/${name}`);
    const nodes = run["nodes"] as { id: string; gate?: Json; phase: string }[];
    node = nodes.find((each) => each.gate !== undefined && each.phase !== "NOT_STARTED")?.id ?? "";
    return node;
  };
  await expect.poll(look).not.toBe("");
  return node;
}

export async function phase(request: APIRequestContext, name: string): Promise<string> {
  const answer = await read<{ closure: { phase: string } }>(request, `/api/v1/executions/${project}/${domain}/${name}`);
  return answer.closure.phase;
}

const TERMINAL = /^(SUCCEEDED|FAILED|ABORTED|TIMED_OUT)$/;

/** The run as the server tells it, once it has ended; containers begin slowly while the machine builds. */
export async function ended(request: APIRequestContext, run: RunName, timeout = 240_000): Promise<Run> {
  const look = () => read<Run>(request, `/sandbox/v1/runs/${run.project}/${run.domain}/${run.name}`);
  await expect.poll(async () => (await look()).execution.phase, { timeout }).toMatch(TERMINAL);
  return look();
}

export const abort = (request: APIRequestContext, name: string) =>
  request.delete(`/api/v1/executions/${project}/${domain}/${name}`, { data: { cause: "seen" } });
