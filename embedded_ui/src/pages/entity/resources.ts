import type { TaskTemplateJson } from "../../api/types";

type Entries = { name?: string | number; value?: string }[] | undefined;

const pick = (entries: Entries, name: string): string =>
  entries?.find((entry) => String(entry.name) === name)?.value ?? "";

/** A request and its limit, as briefly as they can be said. */
export function range(request: string, limit: string): string {
  if (request === limit || limit === "") return request;
  return request === "" ? `≤ ${limit}` : `${request} – ${limit}`;
}

/** `100m-1, 300Mi-400Mi`: cpu and memory as a template asks for them, request to limit. */
export function askedResources(template: TaskTemplateJson | null): string {
  const resources = template?.container?.resources;
  const asked = (name: string) =>
    range(pick(resources?.requests as Entries, name), pick(resources?.limits as Entries, name));
  return [asked("CPU"), asked("MEMORY"), asked("GPU")].filter((part) => part !== "").join(", ");
}
