// What is beside a part of the breadcrumb, the newest first.
import { client } from "../api/client";
import { readEntities } from "../api/entities";
import { readExecutions } from "../api/executions";
import { readVersions } from "../api/launch";
import { projectsQuery } from "../api/platform";
import { readPods } from "../api/pods";
import { type Address, href } from "../base/address";
import type { EntityKind, Place } from "../base/kinds";
import type { Text } from "../text";
import { type Part, sameIn } from "./crumbs";

export interface Sibling {
  href: string;
  name: string;
  /** What was said of it: what an execution ran. */
  detail?: string;
  phase?: string;
  /** When it was made, RFC 3339. */
  at?: string | null;
  here: boolean;
  archived?: boolean;
}

const newestFirst = (a: Sibling, b: Sibling): number => (b.at ?? "").localeCompare(a.at ?? "");

async function projects(address: Address & Place, signal: AbortSignal): Promise<Sibling[]> {
  signal.throwIfAborted();
  const all = await client.ensureQueryData(projectsQuery);
  return all
    .filter(({ domains }) => domains.length > 0)
    .map(({ id, archived, domains }) => {
      const domain = domains.find(({ id: each }) => each === address.domain) ?? domains[0];
      const to = sameIn(address, { project: id, domain: domain?.id ?? address.domain });
      return { name: id, href: to, here: id === address.project, archived };
    })
    .sort((a, b) => Number(a.archived) - Number(b.archived));
}

async function domains(address: Address & Place): Promise<Sibling[]> {
  const all = await client.ensureQueryData(projectsQuery);
  const { project } = address;
  const here = all.find(({ id }) => id === project)?.domains ?? [];
  return here.map(({ id }) => ({
    name: id,
    href: sameIn(address, { project, domain: id }),
    here: id === address.domain,
  }));
}

function sections(address: Address & Place, { nav }: Text): Sibling[] {
  const kind = "kind" in address ? address.kind : null;
  const of = (each: EntityKind, name: string) => ({ name, href: href.entities(address, each), here: kind === each });
  return [
    { name: nav.executions, href: href.executions(address), here: kind === null },
    of("workflow", nav.workflows),
    of("task", nav.tasks),
    of("launch_plan", nav.launchPlans),
  ];
}

async function names(address: Address & Place & { name: string }, q: string, signal: AbortSignal): Promise<Sibling[]> {
  const { project, domain, name: current } = address;
  if ("kind" in address) {
    const { kind } = address;
    const { entities } = await readEntities(address, kind, false, signal);
    return entities
      .map(({ name, registered_at: at }) => {
        return { name, href: href.entity({ kind, project, domain, name }), at, here: name === current };
      })
      .sort(newestFirst);
  }
  const { executions } = await readExecutions(address, { q }, signal);
  return executions.map(({ id, phase, what, started_at, created_at }) => ({
    name: id,
    href: href.execution({ project, domain, name: id }),
    detail: what.name.split(".").at(-1) ?? "",
    phase,
    at: started_at ?? created_at,
    here: id === current,
  }));
}

async function versions(address: Address, q: string, signal: AbortSignal): Promise<Sibling[]> {
  if (address.page !== "version") return [];
  return (await readVersions(address, q, signal, MOST)).map(({ version, created }) => ({
    name: version,
    href: href.version(address, version),
    at: created,
    here: version === address.version,
  }));
}

function machine(address: Address, { nav }: Text): Sibling[] {
  const { page } = address;
  return [
    { name: nav.pods, href: href.pods(), here: page === "pod" },
    { name: nav.images, href: href.machine("images"), here: page === "build" },
    { name: nav.objects, href: href.objects(), here: page === "objects" },
    { name: nav.schedules, href: href.machine("schedules"), here: false },
    { name: nav.secrets, href: href.machine("secrets"), here: false },
    { name: nav.settings, href: href.machine("settings"), here: false },
  ];
}

async function namespaces(address: Address, signal: AbortSignal): Promise<Sibling[]> {
  const { pods } = await readPods(null, signal);
  const newest = new Map<string, number>();
  for (const { namespace, created_at } of pods) newest.set(namespace, Math.max(newest.get(namespace) ?? 0, created_at));
  return [...newest]
    .sort(([, a], [, b]) => b - a)
    .map(([namespace]) => ({
      name: namespace,
      href: href.pods({ namespace }),
      here: address.page === "pod" && address.namespace === namespace,
    }));
}

/** So many are shown. */
export const MOST = 50;

/** Those of a part; `q` narrows where there are too many to have them all. */
export async function readSiblings(
  part: Part,
  address: Address,
  q: string,
  text: Text,
  signal: AbortSignal,
): Promise<Sibling[]> {
  if (part === "machine") return machine(address, text);
  if (part === "namespace") return namespaces(address, signal);
  if (!("project" in address)) return [];
  if (part === "project") return projects(address, signal);
  if (part === "domain") return domains(address);
  if (part === "section") return sections(address, text);
  if (part === "version") return versions(address, q, signal);
  return "name" in address ? names(address, q, signal) : [];
}
