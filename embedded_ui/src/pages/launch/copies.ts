// The form as commands for a terminal.
import type { Launchable } from "../../api/launch";
import type { LiteralJson } from "../../api/types";
import { writeData } from "../../feature/literal/data";
import { plainData } from "../../feature/literal/plain";

/** A word of a shell command, quoted when it has to be. */
export const shellWord = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;

function option(name: string, literal: LiteralJson): string | null {
  const { datetime } = literal.scalar?.primitive ?? {};
  if (datetime !== undefined) return `--${name}=${datetime.slice(0, 19)}`; // It takes no zone and means UTC.
  const data = plainData(literal);
  if (data === null) return null;
  if (typeof data === "boolean") return data ? `--${name}` : `--no-${name}`;
  return `--${name}=${typeof data === "string" ? data : writeData(data)}`;
}

/** `pyflyte run` of the registered version with these inputs. */
export function pyflyteCommand(of: Launchable["id"], literals: Record<string, LiteralJson>): string {
  const verb = of.kind === "task" ? "remote-task" : "remote-launchplan";
  const options = Object.entries(literals).map(([name, literal]) => option(name, literal));
  const words = ["pyflyte", "run", "-p", of.project, "-d", of.domain, verb, `${of.name}:${of.version}`, ...options];
  return words
    .filter((word) => word !== null)
    .map(shellWord)
    .join(" ");
}

/** The request that the form sends. */
export const curlCommand = (origin: string, body: unknown): string =>
  [
    "curl",
    "-X",
    "POST",
    `${origin}/api/v1/executions`,
    "-H",
    "Content-Type: application/json",
    "-d",
    JSON.stringify(body),
  ]
    .map(shellWord)
    .join(" ");
