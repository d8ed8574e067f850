import { type Address, href } from "../base/address";
import type { Place } from "../base/kinds";
import type { Text } from "../text";

/** A part of where the page is. Those with siblings are of these kinds. */
export type Part =
  | "project"
  | "domain"
  | "section"
  | "name"
  | "version"
  | "machine" // a page of this machine
  | "namespace";

export interface Crumb {
  id: string;
  label: string;
  href?: string;
  copy?: boolean;
  /** Its label is what somebody named; what is copied is such a name as well. */
  name?: boolean;
  /** There are others beside it. */
  part?: Part;
}

/** The same kind of page in another place. */
export const sameIn = (address: Address, place: Place): string =>
  "kind" in address ? href.entities(place, address.kind) : href.executions(place);

const crumb = (part: Part, label: string, more: Partial<Crumb>): Crumb => ({ id: part, part, label, ...more });

function placed(text: Text, address: Address & Place): Crumb[] {
  const { nav } = text;
  const crumbs = [
    crumb("project", address.project, { href: href.projects(), name: true }),
    crumb("domain", address.domain, { href: href.executions(address), name: true }),
  ];
  if ("kind" in address) {
    const section = { task: nav.tasks, workflow: nav.workflows, launch_plan: nav.launchPlans }[address.kind];
    crumbs.push(crumb("section", section, { href: href.entities(address, address.kind) }));
    if ("name" in address) crumbs.push(crumb("name", address.name, { href: href.entity(address), copy: true }));
    if ("version" in address) crumbs.push(crumb("version", address.version, { copy: true }));
    if (address.page === "launch") crumbs.push({ id: "launch", label: text.act.launch.replace("…", "") });
    return crumbs;
  }
  crumbs.push(crumb("section", nav.executions, { href: href.executions(address) }));
  if ("name" in address) crumbs.push(crumb("name", address.name, { href: href.execution(address), copy: true }));
  if (address.page === "relaunch") crumbs.push({ id: "relaunch", label: text.act.relaunch });
  return crumbs;
}

function onMachine(text: Text, address: Address): Crumb[] {
  const { nav } = text;
  const images = crumb("machine", nav.images, { href: href.machine("images") });
  switch (address.page) {
    case "home":
      return [{ id: "home", label: nav.home }];
    case "projects":
      return [{ id: "projects", label: text.place.title }];
    case "pods":
      return [crumb("machine", nav.pods, {})];
    case "pod":
      return [
        crumb("machine", nav.pods, { href: href.pods() }),
        crumb("namespace", address.namespace, { href: href.pods({ namespace: address.namespace }), name: true }),
        { id: "pod", label: address.name, copy: true },
      ];
    case "image":
      return [images, { id: "image", label: address.reference, copy: true }];
    case "images":
      return [images];
    case "search":
      return [{ id: "search", label: text.palette.open }];
    case "build":
      return [images, { id: "build", label: address.id, copy: true }];
    case "objects": {
      const objects = crumb("machine", nav.objects, { href: href.objects() });
      if (address.bucket === "") return [objects];
      return [objects, { id: "bucket", label: [address.bucket, address.key].filter(Boolean).join("/"), copy: true }];
    }
    case "schedules":
      return [crumb("machine", nav.schedules, {})];
    case "secrets":
      return [crumb("machine", nav.secrets, {})];
    case "compare":
      return [{ id: "compare", label: text.act.compare }];
    case "settings":
      return [crumb("machine", nav.settings, {})];
    default:
      return [];
  }
}

/** Where a page is: every part but the last is a link, the last can be copied. */
export function crumbsOf(text: Text, address: Address): Crumb[] {
  return "project" in address ? placed(text, address) : onMachine(text, address);
}
