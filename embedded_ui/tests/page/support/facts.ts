import { readFileSync } from "node:fs";

/** What tests/page/run.py registered and launched in the sandbox before the tests. */
export interface Facts {
  /** "http://localhost:61080" */
  base: string;
  home: string;
  executable: string;
  /** The tutorial's execution, and the address that its launch printed. */
  tutorial: { project: string; domain: string; task: string; version: string; execution: string; printed: string };
  /** Path of flytectl. */
  flytectl: string;
  /** Where tests/data was registered. */
  forms: { project: string; domain: string; version: string };
  /** A launch plan with a schedule and two versions, the first active; its last three ticks were made up for. */
  schedule: { project: string; domain: string; plan: string; version: string };
  /**
   * Executions of tests/data/graphs.py: every kind of node, a thousand siblings of a dynamic node, a thousand items of
   * an array, a workflow that comes back to itself, a task that is taken from the cache; and two of `graphs.compared`, of `version` and of `next`, which succeeds and fails. They may still run.
   */
  graphs: {
    project: string;
    domain: string;
    version: string;
    next: string;
    kinds: string;
    siblings: string;
    items: string;
    sorted: string;
    remembered: string;
    good: string;
    bad: string;
  };
  /** The run of tests/data/outputs.py, which may still go on. */
  outputs: { project: string; domain: string; execution: string };
  /** The build of tests/data/failing_image, which failed. */
  build: string;
  /** The Python that has flytekit. */
  python: string;
  /** A pod of the tutorial's execution. */
  pod: { namespace: string; name: string };
}

export const facts: Facts = JSON.parse(readFileSync(process.env["PAGE_FACTS"] ?? "", "utf8"));

/** The node of the tutorial's execution: its pod is called EXECUTION-NODE-ATTEMPT. */
export const tutorialNode = facts.pod.name.slice(facts.tutorial.execution.length + 1).replace(/-\d+$/, "");
