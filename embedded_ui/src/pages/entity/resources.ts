import type { TaskTemplateJson } from "../../api/types";

type Entries = { name?: string | number; value?: string }[] | undefined;

const pick = (entries: Entries, name: string): string =>
  entries?.find((entry) => String(entry.name) === name)?.value ?? "";

/** `100m-1, 300Mi-400Mi`: cpu and memory as a template asks for them, request to limit. */
export function askedResources(template: TaskTemplateJson | null): string {
  const resources = template?.container?.resources;
  const range = (name: string) => {
    const request = pick(resources?.requests as Entries, name);
    const limit = pick(resources?.limits as Entries, name);
    if (request === limit || limit === "") return request;
    return request === "" ? `≤ ${limit}` : `${request} – ${limit}`;
  };
  return [range("CPU"), range("MEMORY"), range("GPU")].filter((part) => part !== "").join(", ");
}
