import { BASE, href, queryString } from "./address";
import type { Place } from "./kinds";

/** The parts of a URL that name a page. */
export interface Target {
  pathname: string;
  search: string;
  hash: string;
}

const WORDS: Record<string, string> = {
  task: "tasks",
  workflow: "workflows",
  launch_plan: "launchPlans",
  launch_plans: "launchPlans",
  launchPlan: "launchPlans",
};

/** Log links of upstream: /kubernetes-dashboard/#/log/NS/POD/CONTAINER?namespace=NS and its lists. */
function ofDashboard(hash: string): string {
  const [path = "", query = ""] = hash.replace(/^#?\/?/, "").split("?");
  const [what, namespace, pod] = path.split("/").map(decodeURIComponent);
  if (what === "log" && namespace && pod) return href.pod(namespace, pod, { tab: "logs" });
  if (what === "pod" && namespace && pod) return href.pod(namespace, pod);
  return href.pods({ namespace: namespace ?? new URLSearchParams(query).get("namespace") });
}

const VIEWS: Record<string, string> = { resources: "attempts", logs: "logs", io: "inputs", flytedecks: "deck" };

/** Links to a node: .../executions/ID/nodeId/N/taskId/T/attempt/A[/mappedIndex/I/...]/view/V as a query. */
function withNode(path: string, query: URLSearchParams): string {
  const match = /^(.*\/executions\/[^/]+)\/(nodeId\/.*)$/.exec(path);
  if (!match?.[1] || !match[2]) return path;
  const words = match[2].split("/").map(decodeURIComponent);
  const pairs = new Map<string, string>();
  for (let i = 0; i + 1 < words.length; i += 2) pairs.set(words[i] ?? "", words[i + 1] ?? "");
  query.set("node", pairs.get("nodeId") ?? "");
  const attempt = pairs.get("mappedAttempt") ?? pairs.get("attempt");
  if (attempt) query.set("attempt", attempt);
  const item = pairs.get("mappedIndex");
  if (item) query.set("item", item);
  const view = VIEWS[pairs.get("view") ?? ""];
  if (view) query.set("panel", view);
  return match[1];
}

const PANELS: Record<string, string> = { executions: "attempts", inputs: "inputs", outputs: "outputs", task: "spec" };

/** Queries of upstream's execution page: tab=timeline, ctab and wtab. */
function executionQuery(query: URLSearchParams): void {
  if (query.get("tab") === "timeline") {
    query.delete("tab");
    query.set("wide", "1");
  }
  const panel = PANELS[query.get("ctab") ?? query.get("wtab") ?? ""];
  if (panel && !query.has("panel")) query.set("panel", panel);
  query.delete("ctab");
  query.delete("wtab");
}

/** Paths without a domain get one: of the query, else the last used. */
function withDomain(path: string, query: URLSearchParams, last: Place | null): string | null {
  const match = /^\/console\/projects\/([^/]+)(\/(?!domains(?:\/|$)).*)?$/.exec(path);
  if (!match?.[1]) return path;
  const domain = query.get("domain") ?? last?.domain;
  if (!domain) return null;
  query.delete("domain");
  return `${BASE}/projects/${match[1]}/domains/${encodeURIComponent(domain)}${match[2] ?? "/executions"}`;
}

/** One word for each section, the one of our own addresses. */
function withOurWords(path: string): string {
  return path.replace(
    /^(\/console\/projects\/[^/]+\/domains\/[^/]+\/)([^/]+)/,
    (whole, before: string, word: string) => (WORDS[word] ? before + WORDS[word] : whole),
  );
}

/**
 * The address of ours for any address that upstream's console, its dashboard links or older pages had; the same text
 * when it is one already. `last` is the project and domain that were looked at last.
 */
export function canonical(target: Target, last: Place | null): string {
  const given = target.pathname.replace(/^\/org\/[^/]+(?=\/console(?:\/|$))/, "");
  if (given.startsWith("/kubernetes-dashboard")) return ofDashboard(target.hash);
  if (given === "/minio" || given.startsWith("/minio/")) return href.machine("objects");
  const query = new URLSearchParams(target.search);
  const trimmed = given.length > BASE.length + 1 ? given.replace(/\/+$/, "") : given;
  const placed = withDomain(trimmed, query, last);
  if (placed === null) return href.projects();
  const path = withNode(withOurWords(placed), query);
  if (/\/domains\/[^/]+$/.test(path)) return `${path}/executions${queryString(Object.fromEntries(query))}`;
  if (/\/executions\/[^/]+$/.test(path)) executionQuery(query);
  const text = query.toString();
  return `${path}${text === "" ? "" : `?${text}`}${target.hash}`;
}
