import {
  Box,
  CalendarClock,
  Container,
  Folder,
  KeyRound,
  Layers,
  ListTree,
  type LucideIcon,
  PanelLeft,
  Play,
  Rocket,
  Settings,
  SquareFunction,
} from "lucide-react";
import { type Address, href } from "../base/address";
import type { Place } from "../base/kinds";
import { type Text, useText } from "../text";
import { Button } from "../ui/Button";
import { Link } from "../ui/Link";
import { Capacity } from "./Capacity";
import styles from "./Navigation.module.css";
import { PlaceSwitch } from "./PlaceSwitch";

interface Item {
  id: string;
  label: string;
  href: string;
  icon: LucideIcon;
}

function placeItems(text: Text, place: Place): Item[] {
  const { nav } = text;
  return [
    { id: "executions", label: nav.executions, href: href.executions(place), icon: Play },
    { id: "workflow", label: nav.workflows, href: href.entities(place, "workflow"), icon: ListTree },
    { id: "task", label: nav.tasks, href: href.entities(place, "task"), icon: SquareFunction },
    { id: "launch_plan", label: nav.launchPlans, href: href.entities(place, "launch_plan"), icon: Rocket },
  ];
}

function machineItems(text: Text): Item[] {
  const { nav } = text;
  return [
    { id: "pods", label: nav.pods, href: href.pods(), icon: Container },
    { id: "images", label: nav.images, href: href.machine("images"), icon: Layers },
    { id: "objects", label: nav.objects, href: href.machine("objects"), icon: Folder },
    { id: "schedules", label: nav.schedules, href: href.machine("schedules"), icon: CalendarClock },
    { id: "secrets", label: nav.secrets, href: href.machine("secrets"), icon: KeyRound },
    { id: "settings", label: nav.settings, href: href.machine("settings"), icon: Settings },
  ];
}

/** The item of the navigation that a page belongs to. */
function itemOf(address: Address): string {
  if ("kind" in address) return address.kind;
  const belongs: Record<string, string> = {
    execution: "executions",
    relaunch: "executions",
    pod: "pods",
    image: "images",
    build: "images",
  };
  return belongs[address.page] ?? address.page;
}

function Items({ items, current, iconsOnly }: { items: Item[]; current: string; iconsOnly: boolean }) {
  return (
    <ul className={styles.items}>
      {items.map(({ id, label, href: to, icon: Icon }) => (
        <li key={id}>
          <Link href={to} className={styles.item} current={id === current} title={iconsOnly ? label : undefined}>
            <Icon size={16} strokeWidth={1.75} aria-hidden />
            <span className={iconsOnly ? "visually-hidden" : undefined}>{label}</span>
          </Link>
        </li>
      ))}
    </ul>
  );
}

export interface NavigationProps {
  address: Address;
  place: Place | null;
  iconsOnly: boolean;
  onToggle?: () => void;
}

export function Navigation({ address, place, iconsOnly, onToggle }: NavigationProps) {
  const text = useText();
  const current = itemOf(address);
  return (
    <nav className={styles.navigation} aria-label={text.nav.label} data-icons={iconsOnly ? "" : undefined}>
      <div className={styles.head}>
        <Link href={href.home()} className={styles.name} current={address.page === "home"} title={text.nav.home}>
          <Box size={16} strokeWidth={2} aria-hidden />
          <span className={iconsOnly ? "visually-hidden" : undefined}>{text.product}</span>
        </Link>
        {onToggle && !iconsOnly && (
          <Button kind="icon" size="small" label={text.nav.narrow} onPress={onToggle}>
            <PanelLeft size={16} strokeWidth={1.75} />
          </Button>
        )}
      </div>
      <PlaceSwitch address={address} place={place} iconsOnly={iconsOnly} />
      {place && <Items items={placeItems(text, place)} current={current} iconsOnly={iconsOnly} />}
      {!iconsOnly && <h2 className={styles.group}>{text.nav.machine}</h2>}
      <Items items={machineItems(text)} current={current} iconsOnly={iconsOnly} />
      <div className={styles.foot}>
        {onToggle && iconsOnly && (
          <Button kind="icon" label={text.nav.widen} onPress={onToggle}>
            <PanelLeft size={16} strokeWidth={1.75} />
          </Button>
        )}
        <Capacity iconsOnly={iconsOnly} />
      </div>
    </nav>
  );
}
