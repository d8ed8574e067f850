import { Check, ChevronDown } from "lucide-react";
import type { ReactNode } from "react";
import { Menu as Behaviour, MenuItem, MenuTrigger } from "react-aria-components/Menu";
import { Popover as Floating } from "react-aria-components/Popover";
import { useText } from "../text";
import { Button, type ButtonProps } from "./Button";
import styles from "./Menu.module.css";

export interface MenuEntry {
  id: string;
  label: ReactNode;
  /** What typing finds; the label when it is a text. */
  text?: string;
  hint?: string;
  href?: string;
  onAction?: () => void;
  danger?: boolean;
  disabled?: boolean;
}

interface TriggerProps {
  label: string;
  children: ReactNode;
  kind?: ButtonProps["kind"];
  size?: ButtonProps["size"];
  chevron?: boolean;
}

/** A button that opens something below it. */
export function Trigger({ label, children, kind = "plain", size = "normal", chevron = true }: TriggerProps) {
  return (
    <Button kind={kind} size={size} label={label}>
      {children}
      {chevron && <ChevronDown size={14} strokeWidth={1.75} aria-hidden />}
    </Button>
  );
}

export interface MenuProps extends TriggerProps {
  items: MenuEntry[];
}

const textOf = (entry: MenuEntry): string => entry.text ?? (typeof entry.label === "string" ? entry.label : entry.id);

interface EntriesProps {
  label: string;
  items: MenuEntry[];
  autoFocus?: "first";
  onClose?: () => void;
}

function Entries({ label, items, ...rest }: EntriesProps) {
  return (
    <Behaviour className={styles.menu ?? ""} aria-label={label} {...rest}>
      {items.map((entry) => (
        <MenuItem
          key={entry.id}
          id={entry.id}
          className={styles.item ?? ""}
          textValue={textOf(entry)}
          isDisabled={entry.disabled ?? false}
          {...(entry.href ? { href: entry.href } : {})}
          {...(entry.onAction ? { onAction: entry.onAction } : {})}
          {...(entry.danger ? { "data-danger": "" } : {})}
        >
          <span className={styles.label}>{entry.label}</span>
          {entry.hint && <span className={styles.hint}>{entry.hint}</span>}
        </MenuItem>
      ))}
    </Behaviour>
  );
}

/** A button that opens a menu of actions or links. */
export function Menu({ items, ...trigger }: MenuProps) {
  return (
    <MenuTrigger>
      <Trigger {...trigger} />
      <Floating className={styles.floating ?? ""} placement="bottom end" offset={4}>
        <Entries label={trigger.label} items={items} />
      </Floating>
    </MenuTrigger>
  );
}

/** Three dots. */
export const Dots = () => (
  <svg width="16" height="16" fill="currentColor" aria-hidden>
    <circle cx="3" cy="8" r="1.4" />
    <circle cx="8" cy="8" r="1.4" />
    <circle cx="13" cy="8" r="1.4" />
  </svg>
);

/** What else can be done, behind three dots. */
export function MoreMenu({ items }: { items: MenuEntry[] }) {
  return (
    <Menu kind="icon" label={useText().act.more} chevron={false} items={items}>
      <Dots />
    </Menu>
  );
}

/** A menu that is open at a button which is none of its own: lists have one for all rows. */
export function MenuAt({ at, onClose, ...entries }: EntriesProps & { at: Element; onClose: () => void }) {
  return (
    <Floating
      className={styles.floating ?? ""}
      triggerRef={{ current: at }}
      isOpen
      onOpenChange={onClose}
      placement="bottom end"
      offset={4}
    >
      <Entries {...entries} onClose={onClose} autoFocus="first" />
    </Floating>
  );
}

export interface ChoiceProps extends TriggerProps {
  items: MenuEntry[];
  selected: string[];
  multiple?: boolean;
  onChange: (ids: string[]) => void;
}

/** A button that opens a menu in which one or several things are chosen. */
export function Choice({ items, selected, multiple = false, onChange, ...trigger }: ChoiceProps) {
  return (
    <MenuTrigger>
      <Trigger {...trigger} />
      <Floating className={styles.floating ?? ""} placement="bottom start" offset={4}>
        <Behaviour
          className={styles.menu ?? ""}
          aria-label={trigger.label}
          selectionMode={multiple ? "multiple" : "single"}
          selectedKeys={new Set(selected)}
          onSelectionChange={(keys) => onChange(keys === "all" ? items.map(({ id }) => id) : [...keys].map(String))}
        >
          {items.map((entry) => (
            <MenuItem key={entry.id} id={entry.id} className={styles.item ?? ""} textValue={textOf(entry)}>
              <span className={styles.tick}>
                {selected.includes(entry.id) && <Check size={14} strokeWidth={1.75} aria-hidden />}
              </span>
              <span className={styles.label}>{entry.label}</span>
            </MenuItem>
          ))}
        </Behaviour>
      </Floating>
    </MenuTrigger>
  );
}
