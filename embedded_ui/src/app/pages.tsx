import { type ComponentType, lazy, Suspense } from "react";
import type { Address } from "../base/address";
import { useText } from "../text";
import { Page } from "../ui/Page";
import { Empty } from "../ui/States";

/** The pages, each a chunk of its own. A page gets the address that led to it. */
type Pages = { [P in Address["page"]]?: ComponentType<{ address: Extract<Address, { page: P }> }> };

const pages: Pages = {
  home: lazy(() => import("../pages/home/Home")),
  pods: lazy(() => import("../pages/pods/Pods")),
  pod: lazy(() => import("../pages/pods/Pod")),
  objects: lazy(() => import("../pages/objects/Objects")),
  schedules: lazy(() => import("../pages/schedules/Schedules")),
  secrets: lazy(() => import("../pages/secrets/Secrets")),
  images: lazy(() => import("../pages/images/Images")),
  build: lazy(() => import("../pages/builds/Build")),
  settings: lazy(() => import("../pages/settings/Settings")),
  keys: lazy(() => import("../pages/settings/Keys")),
  compare: lazy(() => import("../pages/compare/Compare")),
  entities: lazy(() => import("../pages/entity/Entities")),
  entity: lazy(() => import("../pages/entity/Entity")),
  version: lazy(() => import("../pages/entity/VersionPage")),
  execution: lazy(() => import("../pages/execution/Execution")),
  executions: lazy(() => import("../pages/executions/Executions")),
  projects: lazy(() => import("../pages/projects/Projects")),
  launch: lazy(() => import("../pages/launch/Launch")),
  relaunch: lazy(() => import("../pages/launch/Relaunch")),
};

/** A page that this build does not have yet says so. */
function Later({ address }: { address: Address }) {
  const text = useText();
  const { nav } = text;
  const names: Partial<Record<Address["page"], string>> = {
    home: nav.home,
    executions: nav.executions,
    pods: nav.pods,
    images: nav.images,
    objects: nav.objects,
    schedules: nav.schedules,
    secrets: nav.secrets,
    settings: nav.settings,
  };
  const name = address.page === "missing" ? undefined : (names[address.page] ?? text.state.this);
  return (
    <Page title={name ?? text.state.missing} windowTitle={name ?? ""}>
      <Empty>{name === undefined ? text.state.missing : text.state.later(name)}</Empty>
    </Page>
  );
}

export function PageOf({ address }: { address: Address }) {
  const Shown = pages[address.page] as ComponentType<{ address: Address }> | undefined;
  return <Suspense>{Shown ? <Shown address={address} /> : <Later address={address} />}</Suspense>;
}
