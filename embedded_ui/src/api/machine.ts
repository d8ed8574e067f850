// What a page sees of the machine and does with it: schedules, secrets, images, settings, limits, the doctor.
import { useQuery } from "@tanstack/react-query";
import { queryString } from "../base/address";
import type { Place, RunName } from "../base/kinds";
import { client } from "./client";
import { local, path, request, rest } from "./rest";
import type {
  DoctorReport,
  ImageList,
  Limits,
  PullLine,
  RunLimits,
  RunSettings,
  ScheduleList,
  SecretList,
  SettingList,
} from "./types";

export type Schedule = ScheduleList["schedules"][number];
export type Tick = Schedule["history"][number];
export type Image = ImageList["images"][number];
export type Check = DoctorReport["checks"][number];

/** A launch plan, in any version. */
export interface PlanName extends Place {
  name: string;
}

const named = ({ project, domain, name }: PlanName) => ({ project, domain, name });

/** Starts an execution of a scheduled launch plan as if it were due, and says which. */
export async function runSchedule(of: PlanName): Promise<RunName> {
  return local<RunName>(`/schedules${path(of.project, of.domain, of.name)}:run`, { method: "POST", body: {} });
}

/** Of some launch plans, or of all. */
export async function setSchedules(action: "pause" | "resume", of: PlanName[] | "all"): Promise<void> {
  const body = of === "all" ? {} : { schedules: of.map(named) };
  await local(`/schedules:${action}`, { method: "POST", body });
}

/** Activates a version of a launch plan, which silences the others of its name, or deactivates it. */
export async function setPlanActive(of: PlanName, version: string, active: boolean): Promise<void> {
  const { project, domain, name } = of;
  await rest(`/launch_plans${path(project, domain, name, version)}`, {
    method: "PUT",
    body: {
      id: { resourceType: "LAUNCH_PLAN", project, domain, name, version },
      state: active ? "ACTIVE" : "INACTIVE",
    },
  });
}

/** Read anew whenever it is shown: they are set in a terminal. */
export const useSecrets = () =>
  useQuery({
    queryKey: ["secrets"],
    queryFn: ({ signal }) => local<SecretList>("/secrets", { signal }),
    staleTime: 0,
    refetchOnMount: true,
  });

export const imagesKey = ["images"];

/** Read anew whenever they are shown: images are built and removed by others. */
export const useImages = () =>
  useQuery({
    queryKey: imagesKey,
    queryFn: ({ signal }) => local<ImageList>("/images", { signal }),
    staleTime: 0,
    refetchOnMount: true,
  });

/** Fetches an image; `onLine` is told how far it is. Throws what the registry said. */
export async function pullImage(reference: string, onLine: (line: PullLine) => void): Promise<void> {
  const answer = await request("/sandbox/v1/images/pull", { method: "POST", body: { reference } });
  const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  let last: PullLine | undefined;
  for (;;) {
    const { value, done } = (await reader?.read()) ?? { done: true };
    if (done) break;
    const lines = (text + value).split("\n");
    text = lines.pop() ?? "";
    for (const line of lines) {
      last = JSON.parse(line) as PullLine;
      onLine(last);
    }
  }
  if (last?.state === "failed") throw new Error(last.error ?? "");
}

export const doctorKey = ["doctor"];

export const useDoctor = () =>
  useQuery({ queryKey: doctorKey, queryFn: ({ signal }) => local<DoctorReport>("/doctor", { signal }) });

/** Looks again, for all who show it. */
export async function examine(): Promise<void> {
  client.setQueryData(doctorKey, await local<DoctorReport>("/doctor", { method: "POST", body: {} }));
}

export const useSettings = () =>
  useQuery({ queryKey: ["settings"], queryFn: ({ signal }) => local<SettingList>("/settings", { signal }) });

export const useRunSettings = ({ project, domain, name }: RunName) =>
  useQuery({
    queryKey: ["run-settings", project, domain, name],
    queryFn: async ({ signal }) => {
      const at = `/runs${path(project, domain, name)}`;
      const [settings, limits] = await Promise.all([
        local<RunSettings>(`${at}/settings`, { signal }),
        local<RunLimits>(`${at}/limits`, { signal }),
      ]);
      return { settings: settings.settings, resources: limits.resources };
    },
  });

export const useLimits = (place: Place, workflow: string) =>
  useQuery({
    queryKey: ["limits", place.project, place.domain, workflow],
    queryFn: ({ signal }) =>
      local<Limits>(`/limits${queryString({ project: place.project, domain: place.domain, workflow })}`, { signal }),
  });

/** Quantities by the names that attributes have for them: cpu, memory, gpu, ephemeralStorage. */
export type Quantities = Record<string, string>;
export interface TaskResources {
  defaults: Quantities;
  limits: Quantities;
}

const attributesPath = ({ project, domain }: Place, workflow: string): string =>
  workflow === ""
    ? `/project_domain_attributes${path(project, domain)}`
    : `/workflow_attributes${path(project, domain, workflow)}`;

/** Sets defaults and limits of a project's domain, or of a workflow in it; all of them at once. */
export async function setTaskResources(place: Place, workflow: string, set: TaskResources): Promise<void> {
  const { project, domain } = place;
  await rest(attributesPath(place, workflow), {
    method: "PUT",
    body: {
      attributes: {
        project,
        domain,
        ...(workflow === "" ? {} : { workflow }),
        matchingAttributes: { taskResourceAttributes: set },
      },
    },
  });
}

/** Forgets them, so that the next wider place counts. */
export async function clearTaskResources(place: Place, workflow: string): Promise<void> {
  const { project, domain } = place;
  await rest(attributesPath(place, workflow), {
    method: "DELETE",
    body: { project, domain, ...(workflow === "" ? {} : { workflow }), resourceType: "TASK_RESOURCE" },
  });
}
