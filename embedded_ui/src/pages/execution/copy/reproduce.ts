// One attempt as the container that it was, to be run by hand.
import type { RunAttempt } from "../../../api/types";
import type { PodContainer } from "../../../feature/runs/pods";
import { shellWord } from "../../launch/copies";

/** Variables that `sandbox exec` sets, so that a container on the host's network finds this object store. */
const FROM_EXEC = new Set(["FLYTE_AWS_ENDPOINT", "FLYTE_AWS_ACCESS_KEY_ID", "FLYTE_AWS_SECRET_ACCESS_KEY"]);
/** Where a repeated container puts what it makes: into itself, so that the execution's own outputs stay. */
const OUTPUTS: Record<string, string> = {
  "--output-prefix": "/tmp/outputs",
  "--raw-output-data-prefix": "/tmp/raw",
  "--checkpoint-path": "/tmp/checkpoints",
};

export const primaryOf = (containers: PodContainer[]): PodContainer | undefined =>
  containers.find(({ role }) => role === "app") ?? containers[0];

function redirected(words: string[]): string[] {
  return words.map((word, index) => OUTPUTS[words[index - 1] ?? ""] ?? (word === '""' ? "" : word));
}

/** What its command takes from where: the archive of fast registration, and the inputs. */
export function sourcesOf(words: string[]): { archive: string | null; inputs: string | null } {
  const after = (name: string) => {
    const at = words.indexOf(name);
    return at < 0 ? null : (words[at + 1] ?? null);
  };
  return { archive: after("--additional-distribution"), inputs: after("--inputs") };
}

const cpus = (millis: number): string => String(millis / 1000);

export interface Reproduction {
  command: string;
  image: string;
  archive: string | null;
  inputs: string | null;
  /** Names of variables whose values are left out. */
  variables: string[];
}

/** `docker run` of the same image by its id with the same command, limits and inputs. */
export function reproductionOf(attempt: RunAttempt, container: PodContainer): Reproduction {
  const { id, reference } = attempt.image ?? {};
  const image = id || reference || container.image;
  const words = redirected([...container.command, ...container.args]);
  const [entry, ...rest] = words;
  const own = container.command.length > 0 && entry !== undefined;
  const { memory_bytes: memory } = container.limits;
  const cpu = container.cpu_quota_millis;
  const parts = [
    "sandbox exec -- docker run --rm -it --network host",
    ...container.env_names.filter((name) => FROM_EXEC.has(name)).map((name) => `-e ${shellWord(name)}`),
    ...(memory ? [`--memory ${memory} --memory-swap ${memory}`] : []),
    ...(cpu ? [`--cpus ${cpus(cpu)}`] : []),
    ...(own ? [`--entrypoint ${shellWord(entry)}`] : []),
    shellWord(image),
    ...(own ? rest : words).map(shellWord),
  ];
  return {
    command: parts.join(" "),
    image,
    ...sourcesOf([...container.command, ...container.args]),
    variables: container.env_names.filter((name) => !FROM_EXEC.has(name) && !name.startsWith("FLYTE_")),
  };
}
