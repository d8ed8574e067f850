import { expect, test } from "vitest";
import { href, readPath } from "../../src/base/address";
import { canonical } from "../../src/base/old-address";

const last = { project: "flytesnacks", domain: "staging" };
const D = "/console/projects/p/domains/d";

const to = (url: string, at: typeof last | null = last): string => {
  const { pathname, search, hash } = new URL(url, "http://localhost");
  return canonical({ pathname, search, hash }, at);
};

test.each([
  ["/console/projects/p?domain=d", `${D}/executions`],
  ["/console/projects/p", "/console/projects/p/domains/staging/executions"],
  ["/console/projects/p/workflows?domain=d&x=1", `${D}/workflows?x=1`],
  ["/console/projects/p/executions/abc?domain=d", `${D}/executions/abc`],
  [D, `${D}/executions`],
  [`${D}/`, `${D}/executions`],
  [`${D}/launch_plans`, `${D}/launchPlans`],
  [`${D}/workflow/a.b`, `${D}/workflows/a.b`],
  [`${D}/task/a%2Fb`, `${D}/tasks/a%2Fb`],
  [`${D}/launch_plan/x/version/v%3D1`, `${D}/launchPlans/x/version/v%3D1`],
  [`${D}/launchPlan/x`, `${D}/launchPlans/x`],
  ["/org/acme/console/projects/p/domains/d/tasks", `${D}/tasks`],
  [`${D}/executions/e?tab=timeline`, `${D}/executions/e?wide=1`],
  [`${D}/executions/e?tab=graph&ctab=task`, `${D}/executions/e?tab=graph&panel=spec`],
  [`${D}/executions/e?wtab=inputs`, `${D}/executions/e?panel=inputs`],
  [`${D}/executions/e/nodeId/n0/taskId/t.x/attempt/2/view/logs`, `${D}/executions/e?node=n0&attempt=2&panel=logs`],
  [
    `${D}/executions/e/nodeId/n0/taskId/t/attempt/0/mappedIndex/7/mappedAttempt/1/phase/3/view/io`,
    `${D}/executions/e?node=n0&attempt=1&item=7&panel=inputs`,
  ],
  ["/kubernetes-dashboard/#/log/ns-d/pod-0/pod?namespace=ns-d", "/console/pods/ns-d/pod-0?tab=logs"],
  ["/kubernetes-dashboard/#/pod/ns-d/pod-0", "/console/pods/ns-d/pod-0"],
  ["/kubernetes-dashboard/#/pod?namespace=ns-d", "/console/pods?namespace=ns-d"],
  ["/kubernetes-dashboard", "/console/pods"],
  ["/minio/login", "/console/objects"],
  ["/console", "/console"],
  ["/console/select-project", "/console/select-project"],
])("%s leads to %s", (url, expected) => {
  expect(to(url)).toBe(expected);
  expect(to(to(url))).toBe(to(url));
});

test("without a domain to fall back on, the projects are shown", () => {
  expect(to("/console/projects/p", null)).toBe("/console/select-project");
});

test.each([
  ["/console", { page: "home" }],
  ["/console/", { page: "home" }],
  [`${D}/executions`, { page: "executions", project: "p", domain: "d" }],
  [`${D}/launchPlans`, { page: "entities", kind: "launch_plan", project: "p", domain: "d" }],
  [`${D}/tasks/a.b%2Fc%3D%20d`, { page: "entity", kind: "task", name: "a.b/c= d", project: "p", domain: "d" }],
  [
    `${D}/tasks/a/version/v%2F1`,
    { page: "version", kind: "task", name: "a", version: "v/1", project: "p", domain: "d" },
  ],
  [`${D}/workflows/w/launch`, { page: "launch", kind: "workflow", name: "w", project: "p", domain: "d" }],
  [`${D}/executions/e/relaunch`, { page: "relaunch", name: "e", project: "p", domain: "d" }],
  ["/console/pods/ns/pod", { page: "pod", namespace: "ns", name: "pod" }],
  ["/console/objects/b/k/l", { page: "objects", bucket: "b", key: "k/l" }],
  ["/console/images/ghcr.io%2Fa%2Fb%3Av1", { page: "image", reference: "ghcr.io/a/b:v1" }],
  ["/console/images/ghcr.io/a/b:v1", { page: "image", reference: "ghcr.io/a/b:v1" }],
  ["/console/search", { page: "search" }],
  ["/console/settings/doctor", { page: "settings", section: "doctor" }],
  [`${D}/tasks/a/nonsense`, { page: "missing", path: `${D}/tasks/a/nonsense` }],
  ["/elsewhere", { page: "missing", path: "/elsewhere" }],
])("%s is read", (path, address) => {
  expect(readPath(path)).toEqual(address);
});

test("addresses are read as they were written, whatever the names are", () => {
  for (const name of ["a.b", "a/b", "a=b", "a b", "ä%2F", "x?y#z"]) {
    const at = { kind: "task", project: "p", domain: "d", name } as const;
    expect(readPath(href.entity(at))).toEqual({ page: "entity", ...at });
  }
});
