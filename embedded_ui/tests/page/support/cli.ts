import { type ExecFileSyncOptions, execFileSync, spawnSync } from "node:child_process";
import { facts } from "./facts";

/** What the command line prints, of the sandbox before these tests. */
export const sandbox = (...words: string[]): string => run(facts.executable, ["--home", facts.home, ...words]);

/** The same of flytectl. */
export const flytectl = (...words: string[]): string =>
  run(facts.flytectl, words, { env: { ...process.env, FLYTECTL_CONFIG: `${facts.home}/client.yaml` } });

export function run(command: string, words: string[], options: ExecFileSyncOptions = {}): string {
  return execFileSync(command, words, { encoding: "utf8", ...options }).toString();
}

/** A command that may fail: its exit code and what it printed. */
export function tried(command: string, words: string[], env: NodeJS.ProcessEnv = process.env) {
  const { status, stdout } = spawnSync(command, words, { encoding: "utf8", env });
  return { status, stdout };
}
