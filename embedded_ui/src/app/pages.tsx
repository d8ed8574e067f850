import { type Address, href } from "../base/address";
import { useText } from "../text";
import { Link } from "../ui/Link";
import { type Later, later } from "../ui/later";
import { Page } from "../ui/Page";

/** The pages, each a chunk of its own. A page gets the address that led to it. */
type Pages = { [P in Exclude<Address["page"], "missing">]: Later<{ address: Extract<Address, { page: P }> }> };

const pages: Pages = {
  home: later(() => import("../pages/home/Home")),
  pods: later(() => import("../pages/pods/Pods")),
  pod: later(() => import("../pages/pods/Pod")),
  objects: later(() => import("../pages/objects/Objects")),
  schedules: later(() => import("../pages/schedules/Schedules")),
  secrets: later(() => import("../pages/secrets/Secrets")),
  images: later(() => import("../pages/images/Images")),
  image: later(() => import("../pages/images/Images")),
  search: later(() => import("../pages/search/Search")),
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

function Missing() {
  const { nav, state } = useText();
  return (
    <Page title={state.missing} windowTitle="">
      <Link href={href.home()}>{nav.home}</Link>
    </Page>
  );
}

const pageOf = ({ page }: Address) =>
  page === "missing" ? undefined : (pages[page] as unknown as Later<{ address: Address }>);

/** Fetches the code of a page before it is shown. */
export const preparePage = async (address: Address): Promise<void> => pageOf(address)?.prepare();

export function PageOf({ address }: { address: Address }) {
  const Shown = pageOf(address);
  return Shown ? <Shown address={address} /> : <Missing />;
}
