import { facts } from "./facts";

const { project, domain, task, version, execution } = facts.tutorial;
const here = `/console/projects/${project}/domains/${domain}`;
const forms = `/console/projects/${facts.forms.project}/domains/${facts.forms.domain}`;

/** Every page, by a name for reports: those of the tutorial's execution, and what needs no execution. */
export const PAGES: Record<string, string> = {
  home: "/console/",
  projects: "/console/select-project",
  executions: `${here}/executions`,
  "executions, none fits": `${here}/executions?q=nothing-has-this-name`,
  workflows: `${here}/workflows`,
  tasks: `${here}/tasks`,
  "launch plans": `${here}/launchPlans`,
  task: `${here}/tasks/${task}`,
  version: `${here}/tasks/${task}/version/${version}`,
  launch: `${forms}/tasks/every_type.named/launch?version=${facts.forms.version}`,
  execution: `${here}/executions/${execution}`,
  "execution, values": `${here}/executions/${execution}?tab=values`,
  "execution, events": `${here}/executions/${execution}?tab=events`,
  "execution, specification": `${here}/executions/${execution}?tab=spec`,
  relaunch: `${here}/executions/${execution}/relaunch`,
  pods: "/console/pods",
  pod: `/console/pods/${facts.pod.namespace}/${facts.pod.name}`,
  images: "/console/images",
  image: "/console/images/flytebasics:pages",
  search: "/console/search?q=flyte",
  build: `/console/builds/${facts.build}`,
  objects: "/console/objects",
  schedules: "/console/schedules",
  secrets: "/console/secrets",
  settings: "/console/settings",
  keys: "/console/keys",
  missing: `${here}/executions/there-is-none`,
};
