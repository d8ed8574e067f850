import { useQuery } from "@tanstack/react-query";
import type { RunName } from "../base/kinds";
import { local, path } from "./rest";
import type { AttemptCommands, RunCommands } from "./types";

const place = (run: RunName): string => path(run.project, run.domain, run.name);

/** What to type to launch a run again, or to look at it. */
export function useRunCommands(run: RunName) {
  return useQuery({
    queryKey: ["commands", run],
    queryFn: ({ signal }) => local<RunCommands>(`/runs${place(run)}/commands`, { signal }),
  });
}

/** What to type to look into an attempt. `state` is its phase: a shell is only there while it runs. */
export function useAttemptCommands(run: RunName, node: string, attempt: number, state: string) {
  return useQuery({
    queryKey: ["commands", run, node, attempt, state],
    queryFn: ({ signal }) =>
      local<AttemptCommands>(`/attempts${place(run)}${path(node, String(attempt))}/commands`, { signal }),
  });
}
