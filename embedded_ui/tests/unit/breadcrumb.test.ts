import { afterEach, expect, test, vi } from "vitest";
import { crumbsOf } from "../../src/app/crumbs";
import { MOST, readSiblings } from "../../src/app/siblings";
import { readPath } from "../../src/base/address";
import { en } from "../../src/text/en";

const at = "/console/projects/p/domains/d";
const signal = new AbortController().signal;
afterEach(() => vi.unstubAllGlobals());

/** Answers every request with these; the addresses that were asked. */
function answering(answers: Record<string, unknown>): string[] {
  const asked: string[] = [];
  vi.stubGlobal("fetch", async (address: string) => {
    asked.push(address);
    const path = address.split("?")[0] ?? "";
    return path in answers ? Response.json(answers[path]) : new Response("no such answer", { status: 404 });
  });
  return asked;
}

test.each([
  [`${at}/executions`, ["project", "domain", "section"]],
  [`${at}/executions/x1`, ["project", "domain", "section", "name"]],
  [`${at}/executions/x1/relaunch`, ["project", "domain", "section", "name", undefined]],
  [`${at}/tasks`, ["project", "domain", "section"]],
  [`${at}/launchPlans/a.b/version/v1`, ["project", "domain", "section", "name", "version"]],
  ["/console/pods/ns/one", ["machine", "namespace", undefined]],
  ["/console/builds/b1", ["machine", undefined]],
  ["/console/objects/bucket/a/b", ["machine", undefined]],
])("%s: every part but the last leads somewhere", (path, parts) => {
  const crumbs = crumbsOf(en, readPath(path));
  expect(crumbs.map(({ part }) => part)).toEqual(parts);
  for (const { href } of crumbs.slice(0, -1)) expect(href).toMatch(/^\/console\//);
});

test("kinds and pages of the machine are beside each other without a request", async () => {
  const asked = answering({});
  const kinds = await readSiblings("section", readPath(`${at}/tasks/a.b`), "", en, signal);
  expect(kinds.map(({ href }) => href)).toEqual(
    ["executions", "workflows", "tasks", "launchPlans"].map((word) => `${at}/${word}`),
  );
  expect(kinds.filter(({ here }) => here).map(({ name }) => name)).toEqual(["Tasks"]);
  const pages = await readSiblings("machine", readPath("/console/builds/b1"), "", en, signal);
  expect(pages.filter(({ here }) => here).map(({ name }) => name)).toEqual(["Images"]);
  expect(asked).toEqual([]);
});

test("another project keeps the domain and the kind of page, archived ones are last", async () => {
  const domains = [{ id: "a" }, { id: "d" }];
  answering({
    "/api/v1/projects": {
      projects: [
        { id: "old", state: "ARCHIVED", domains },
        { id: "p", domains },
        { id: "other", domains: [{ id: "a" }] },
        { id: "none", domains: [] },
      ],
    },
  });
  const address = readPath(`${at}/tasks/a.b`);
  expect((await readSiblings("project", address, "", en, signal)).map(({ href }) => href)).toEqual([
    "/console/projects/p/domains/d/tasks",
    "/console/projects/other/domains/a/tasks",
    "/console/projects/old/domains/d/tasks",
  ]);
  expect((await readSiblings("domain", address, "", en, signal)).map(({ name, here }) => [name, here])).toEqual([
    ["a", false],
    ["d", true],
  ]);
});

test("names are the newest first, those of executions and versions are asked for by what is typed", async () => {
  const asked = answering({
    "/sandbox/v1/entities": {
      entities: [
        { name: "old", registered_at: "2026-01-01T00:00:00Z" },
        { name: "new", registered_at: "2026-02-01T00:00:00Z" },
      ],
    },
    "/sandbox/v1/executions": {
      executions: [{ id: "x2", phase: "FAILED", what: { name: "core.a.fails" }, started_at: null, created_at: "t" }],
    },
    "/api/v1/tasks/p/d/old": { tasks: [{ id: { version: "v2" }, closure: { createdAt: "t" } }] },
  });
  const names = await readSiblings("name", readPath(`${at}/tasks/old`), "", en, signal);
  expect(names.map(({ name, here }) => [name, here])).toEqual([
    ["new", false],
    ["old", true],
  ]);
  expect(await readSiblings("name", readPath(`${at}/executions/x1`), "fai", en, signal)).toEqual([
    { name: "x2", href: `${at}/executions/x2`, detail: "fails", phase: "FAILED", at: "t", here: false },
  ]);
  const versions = await readSiblings("version", readPath(`${at}/tasks/old/version/v1`), "v", en, signal);
  expect(versions.map(({ href }) => href)).toEqual([`${at}/tasks/old/version/v2`]);
  expect(asked[1]).toContain("q=fai");
  expect(asked[2]).toContain(`limit=${MOST}`);
});
