import { ChevronRight } from "lucide-react";
import { type Address, href } from "../base/address";
import type { Place } from "../base/kinds";
import { type Text, useText } from "../text";
import { shortIdentifier } from "../text/format";
import { Copy } from "../ui/Copy";
import { Link } from "../ui/Link";
import styles from "./Breadcrumb.module.css";

interface Crumb {
  id: string;
  label: string;
  href?: string;
  copy?: boolean;
  /** Its label is what somebody named; what is copied is such a name as well. */
  name?: boolean;
}

const section = (text: Text, kind: "task" | "workflow" | "launch_plan"): string =>
  ({ task: text.nav.tasks, workflow: text.nav.workflows, launch_plan: text.nav.launchPlans })[kind];

function placed(text: Text, address: Address & Place): Crumb[] {
  const crumbs: Crumb[] = [
    { id: "project", label: address.project, href: href.projects(), name: true },
    { id: "domain", label: address.domain, href: href.executions(address), name: true },
  ];
  if ("kind" in address) {
    crumbs.push({ id: "section", label: section(text, address.kind), href: href.entities(address, address.kind) });
    if ("name" in address) crumbs.push({ id: "name", label: address.name, href: href.entity(address), copy: true });
    if ("version" in address) crumbs.push({ id: "version", label: address.version, copy: true });
    if (address.page === "launch") crumbs.push({ id: "launch", label: text.act.launch.replace("…", "") });
    return crumbs;
  }
  crumbs.push({ id: "section", label: text.nav.executions, href: href.executions(address) });
  if ("name" in address) crumbs.push({ id: "name", label: address.name, href: href.execution(address), copy: true });
  if (address.page === "relaunch") crumbs.push({ id: "relaunch", label: text.act.relaunch });
  return crumbs;
}

function onMachine(text: Text, address: Address): Crumb[] {
  const { nav } = text;
  switch (address.page) {
    case "home":
      return [{ id: "home", label: nav.home }];
    case "projects":
      return [{ id: "projects", label: text.place.title }];
    case "pods":
      return [{ id: "pods", label: nav.pods }];
    case "pod":
      return [
        { id: "pods", label: nav.pods, href: href.pods() },
        { id: "ns", label: address.namespace, href: href.pods({ namespace: address.namespace }), name: true },
        { id: "pod", label: address.name, copy: true },
      ];
    case "image":
    case "images":
    case "build":
      return [{ id: "images", label: nav.images }];
    case "objects":
      return [
        { id: "objects", label: nav.objects, href: href.objects() },
        ...(address.bucket === ""
          ? []
          : [{ id: "bucket", label: [address.bucket, address.key].filter(Boolean).join("/"), copy: true }]),
      ];
    case "schedules":
      return [{ id: "schedules", label: nav.schedules }];
    case "secrets":
      return [{ id: "secrets", label: nav.secrets }];
    case "compare":
      return [{ id: "compare", label: text.act.compare }];
    case "settings":
      return [{ id: "settings", label: nav.settings }];
    default:
      return [];
  }
}

/** Where the page is: every part but the last is a link, the last can be copied. */
export function Breadcrumb({ address }: { address: Address; place: Place | null }) {
  const text = useText();
  const crumbs = "project" in address ? placed(text, address) : onMachine(text, address);
  return (
    <nav aria-label={text.breadcrumb.label} className={styles.breadcrumb}>
      <ol className={styles.list}>
        {crumbs.map((crumb, index) => {
          const last = index === crumbs.length - 1;
          const label = shortIdentifier(crumb.label, 48);
          return (
            <li key={crumb.id} className={styles.crumb} data-last={last ? "" : undefined}>
              {index > 0 && <ChevronRight size={14} strokeWidth={1.75} aria-hidden className={styles.separator} />}
              {crumb.href && !last ? (
                <Link href={crumb.href} className={styles.link} named={crumb.copy || crumb.name}>
                  {label}
                </Link>
              ) : (
                <span
                  className={styles.text}
                  aria-current="page"
                  translate={crumb.copy || crumb.name ? "no" : undefined}
                  title={label === crumb.label ? undefined : crumb.label}
                >
                  {label}
                </span>
              )}
              {last && crumb.copy && (
                <span className={styles.copy}>
                  <Copy text={crumb.label} />
                </span>
              )}
            </li>
          );
        })}
      </ol>
    </nav>
  );
}
