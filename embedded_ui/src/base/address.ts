import { type EntityKind, type EntityName, KIND_WORDS, type Place, type RunName, SECTIONS } from "./kinds";

/** The pages, as a path says them. The query is read by each page. */
export type Address =
  | { page: "home" | "projects" | "images" | "schedules" | "secrets" | "compare" | "search" | "keys" }
  | ({ page: "executions" } & Place)
  | ({ page: "entities"; kind: EntityKind } & Place)
  | ({ page: "entity" } & EntityName)
  | ({ page: "version"; version: string } & EntityName)
  | ({ page: "launch" } & EntityName)
  | ({ page: "execution" } & RunName)
  | ({ page: "relaunch" } & RunName)
  | { page: "pods" }
  | { page: "pod"; namespace: string; name: string }
  | { page: "image"; reference: string }
  | { page: "build"; id: string }
  | { page: "objects"; bucket: string; key: string }
  | { page: "settings"; section: "machine" | "limits" | "doctor" | "preferences" | "about" }
  | { page: "missing"; path: string };

export const BASE = "/console";
export type QueryValues = Record<string, string | number | boolean | null | undefined>;

const join = (...parts: string[]): string => [BASE, ...parts.map(encodeURIComponent)].join("/");

/** A query string with its "?"; what is null, undefined or empty is left out. */
export function queryString(values: QueryValues): string {
  const out = new URLSearchParams();
  for (const [key, value] of Object.entries(values))
    if (value !== null && value !== undefined && value !== "") out.set(key, String(value));
  const text = out.toString();
  return text === "" ? "" : `?${text}`;
}

const place = ({ project, domain }: Place, ...rest: string[]): string =>
  join("projects", project, "domains", domain, ...rest);

const runText = ({ project, domain, name }: RunName): string => [project, domain, name].join("/");

export const href = {
  home: () => `${BASE}/`,
  projects: () => join("select-project"),
  executions: (at: Place, query: QueryValues = {}) => place(at, "executions") + queryString(query),
  entities: (at: Place, kind: EntityKind, query: QueryValues = {}) => place(at, SECTIONS[kind]) + queryString(query),
  entity: (of: EntityName, query: QueryValues = {}) => place(of, SECTIONS[of.kind], of.name) + queryString(query),
  version: (of: EntityName, version: string, query: QueryValues = {}) =>
    place(of, SECTIONS[of.kind], of.name, "version", version) + queryString(query),
  launch: (of: EntityName, query: QueryValues = {}) =>
    place(of, SECTIONS[of.kind], of.name, "launch") + queryString(query),
  execution: (of: RunName, query: QueryValues = {}) => place(of, "executions", of.name) + queryString(query),
  relaunch: (of: RunName, query: QueryValues = {}) => place(of, "executions", of.name, "relaunch") + queryString(query),
  /** A side that is not given is the last success before the other one. */
  compare: (sides: { a?: RunName; b?: RunName }) =>
    join("compare") + queryString({ a: sides.a && runText(sides.a), b: sides.b && runText(sides.b) }),
  pods: (query: QueryValues = {}) => join("pods") + queryString(query),
  pod: (namespace: string, name: string, query: QueryValues = {}) => join("pods", namespace, name) + queryString(query),
  /** The page of a folder or an object, s3://BUCKET/KEY; of the buckets without one. */
  objects: (uri = "s3://") => {
    const place = uri.slice("s3://".length).replace(/\/$/, "");
    return place === "" ? join("objects") : join("objects", ...place.split("/"));
  },
  image: (reference: string) => join("images", reference),
  /** All that has the text in its name. */
  search: (q: string) => join("search") + queryString({ q }),
  build: (id: string, query: QueryValues = {}) => join("builds", id) + queryString(query),
  machine: (page: "images" | "objects" | "schedules" | "secrets" | "settings" | "keys") => join(page),
  settings: (section: "limits" | "doctor" | "preferences" | "about") => join("settings", section),
};

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part; // A stray percent sign stands for itself.
  }
}

const one: Record<string, Address> = {
  "select-project": { page: "projects" },
  projects: { page: "projects" },
  pods: { page: "pods" },
  images: { page: "images" },
  builds: { page: "images" },
  objects: { page: "objects", bucket: "", key: "" },
  schedules: { page: "schedules" },
  secrets: { page: "secrets" },
  settings: { page: "settings", section: "machine" },
  compare: { page: "compare" },
  search: { page: "search" },
  keys: { page: "keys" },
};

function inEntities(at: Place, kind: EntityKind, rest: string[]): Address | null {
  const [name, word, version] = rest;
  if (name === undefined) return { page: "entities", kind, ...at };
  if (rest.length === 1) return { page: "entity", kind, name, ...at };
  if (rest.length === 2 && word === "launch") return { page: "launch", kind, name, ...at };
  if (rest.length === 3 && word === "version" && version) return { page: "version", kind, name, version, ...at };
  return null;
}

function inPlace(at: Place, rest: string[]): Address | null {
  const [section, ...deeper] = rest;
  if (section === undefined) return { page: "executions", ...at };
  if (section === "executions") {
    const [name, word] = deeper;
    if (name === undefined) return { page: "executions", ...at };
    if (deeper.length === 1) return { page: "execution", name, ...at };
    return deeper.length === 2 && word === "relaunch" ? { page: "relaunch", name, ...at } : null;
  }
  const kind = KIND_WORDS[section];
  return kind ? inEntities(at, kind, deeper) : null;
}

function onMachine(parts: string[]): Address | null {
  const [first = "", second, third] = parts;
  const single = one[first];
  if (parts.length === 1) return single ?? null;
  if (first === "pods" && parts.length === 3 && second && third) return { page: "pod", namespace: second, name: third };
  if (first === "images") return { page: "image", reference: parts.slice(1).join("/") };
  if (first === "builds" && second) return { page: "build", id: second };
  if (first === "objects" && second) return { page: "objects", bucket: second, key: parts.slice(2).join("/") };
  if (first === "settings" && parts.length === 2)
    for (const section of ["limits", "doctor", "preferences", "about"] as const)
      if (second === section) return { page: "settings", section };
  return null;
}

/** The page that a canonical path (below /console, still percent-encoded) names. */
export function readPath(path: string): Address {
  const missing: Address = { page: "missing", path };
  if (path !== BASE && !path.startsWith(`${BASE}/`)) return missing;
  const parts = path
    .slice(BASE.length + 1)
    .replace(/\/+$/, "")
    .split("/")
    .map(decode);
  if (parts.length === 1 && parts[0] === "") return { page: "home" };
  const [first, project, word, domain, ...rest] = parts;
  if (first === "projects" && project && word === "domains" && domain)
    return inPlace({ project, domain }, rest) ?? missing;
  return onMachine(parts) ?? missing;
}

/** The project and domain of a page, when it has them. */
export function placeOf(address: Address): Place | null {
  return "project" in address ? { project: address.project, domain: address.domain } : null;
}
