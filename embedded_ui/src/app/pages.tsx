import type { Address } from "../base/address";
import { useText } from "../text";
import { type Later, later } from "../ui/later";
import { Page } from "../ui/Page";
import { Empty } from "../ui/States";

/** The pages, each a chunk of its own. A page gets the address that led to it. */
type Pages = { [P in Address["page"]]?: Later<{ address: Extract<Address, { page: P }> }> };

const pages: Pages = {
  home: later(() => import("../pages/home/Home")),
  pods: later(() => import("../pages/pods/Pods")),
  pod: later(() => import("../pages/pods/Pod")),
  objects: later(() => import("../pages/objects/Objects")),
  schedules: later(() => import("../pages/schedules/Schedules")),
  secrets: later(() => import("../pages/secrets/Secrets")),
  images: later(() => import("../pages/images/Images")),
  build: later(() => import("../pages/builds/Build")),
  settings: later(() => import("../pages/settings/Settings")),
  keys: later(() => import("../pages/settings/Keys")),
  compare: later(() => import("../pages/compare/Compare")),
  entities: later(() => import("../pages/entity/Entities")),
  entity: later(() => import("../pages/entity/Entity")),
  version: later(() => import("../pages/entity/VersionPage")),
  execution: later(() => import("../pages/execution/Execution")),
  executions: later(() => import("../pages/executions/Executions")),
  projects: later(() => import("../pages/projects/Projects")),
  launch: later(() => import("../pages/launch/Launch")),
  relaunch: later(() => import("../pages/launch/Relaunch")),
};

/** A page that this build does not have yet says so. */
function NotYet({ address }: { address: Address }) {
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

const pageOf = ({ page }: Address) => pages[page] as Later<{ address: Address }> | undefined;

/** Fetches the code of a page before it is shown. */
export const preparePage = async (address: Address): Promise<void> => pageOf(address)?.prepare();

export function PageOf({ address }: { address: Address }) {
  const Shown = pageOf(address);
  return Shown ? <Shown address={address} /> : <NotYet address={address} />;
}
