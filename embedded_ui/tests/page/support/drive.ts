// Launching and following executions beside the page, and the CLI and clients that say the same.
import { execFileSync } from "node:child_process";
import type { APIRequestContext } from "@playwright/test";
import { facts } from "./facts";
import { at, launch as start, ended as untilEnd } from "./runs";

const { project, domain } = facts.forms;

export interface Run {
  name: string;
  page: string;
}

/** Launches a launch plan of tests/data. */
export async function launch(request: APIRequestContext, plan: string, spec: object = {}): Promise<Run> {
  const name = await start(request, plan, {}, spec);
  return { name, page: `${at}/executions/${name}` };
}

interface Seen {
  execution: { phase: string };
  story: { code: string; text: string };
  attempts: { node: string; attempt: number; pod?: string; oom?: boolean; started_at?: string }[];
}

/** The run as the server tells it. */
export const seen = async (request: APIRequestContext, { name }: Run): Promise<Seen> =>
  (await request.get(`/sandbox/v1/runs/${project}/${domain}/${name}`)).json();

export const code = async (request: APIRequestContext, run: Run): Promise<string> =>
  (await seen(request, run)).story.code;

/** Waits until a run has ended. */
export const ended = (request: APIRequestContext, { name }: Run, timeout = 120_000) =>
  untilEnd(request, { project, domain, name }, timeout);

/** The CLI of the sandbox that the page is of. */
export const cli = (...words: string[]): string =>
  execFileSync(facts.executable, ["--home", facts.home, ...words], { encoding: "utf8" });

/** A client with the sandbox's settings, as people run it. */
export const client = (...words: string[]): string => cli("exec", "--", ...words);

/** What waits in the containers of a run may go on: see tests/data/waits.py. The number of containers that were told. */
export function letGo({ name }: Run): number {
  const ids = execFileSync("docker", ["ps", "-q", "--filter", `label=sandbox.execution=${name}`], { encoding: "utf8" })
    .split("\n")
    .filter((id) => id !== "");
  for (const id of ids) execFileSync("docker", ["exec", id, "touch", "/tmp/go"]);
  return ids.length;
}

export const place = ["-p", project, "-d", domain];
