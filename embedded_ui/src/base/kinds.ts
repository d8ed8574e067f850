/** What can be registered and run. The words are those of our addresses. */
export type EntityKind = "task" | "workflow" | "launch_plan";

export const SECTIONS = { task: "tasks", workflow: "workflows", launch_plan: "launchPlans" } as const;

/** Every word that an address may have for a kind, in our addresses and in upstream's. */
export const KIND_WORDS: Record<string, EntityKind> = {
  task: "task",
  tasks: "task",
  workflow: "workflow",
  workflows: "workflow",
  launch_plan: "launch_plan",
  launch_plans: "launch_plan",
  launchPlan: "launch_plan",
  launchPlans: "launch_plan",
};

export interface Place {
  project: string;
  domain: string;
}

export interface EntityName extends Place {
  kind: EntityKind;
  name: string;
}

export interface RunName extends Place {
  name: string;
}
