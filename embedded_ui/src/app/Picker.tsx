import { type ReactNode, useEffect, useState } from "react";
import { Autocomplete, useFilter } from "react-aria-components/Autocomplete";
import { Dialog } from "react-aria-components/Dialog";
import { Input } from "react-aria-components/Input";
import { Menu, MenuItem } from "react-aria-components/Menu";
import { Popover } from "react-aria-components/Popover";
import { SearchField } from "react-aria-components/SearchField";
import styles from "./Picker.module.css";

export interface Pick {
  id: string;
  href: string;
  /** What typing finds. */
  text: string;
  /** What is shown of it; `text` without. */
  main?: ReactNode;
  detail?: ReactNode;
  /** The page that is shown is this one, or within it. */
  here?: boolean;
  archived?: boolean | undefined;
}

export interface PickerProps {
  label: string;
  find: string;
  picks: Pick[];
  /** So many rows at most. */
  most?: number;
  /** What stands where no pick fits. */
  none: ReactNode;
  onDone: () => void;
  /** Told what was typed 120 ms after the last key, for picks that a server finds. */
  onType?: ((typed: string) => void) | undefined;
}

/** Where one can go from a place, found by typing: what floats at the button of a DialogTrigger. */
export function Picker({ label, find, picks, most = Number.POSITIVE_INFINITY, none, onDone, onType }: PickerProps) {
  const [typed, setTyped] = useState("");
  const { contains } = useFilter({ sensitivity: "base" });
  useEffect(() => {
    const timer = setTimeout(() => onType?.(typed.trim()), 120);
    return () => clearTimeout(timer);
  }, [typed, onType]);
  const shown = picks.filter(({ text }) => contains(text, typed.trim())).slice(0, most);
  return (
    <Popover className={styles.popover ?? ""} placement="bottom start" offset={4}>
      <Dialog className={styles.dialog ?? ""} aria-label={label}>
        <Autocomplete inputValue={typed} onInputChange={setTyped}>
          <SearchField aria-label={find} autoFocus className={styles.field ?? ""}>
            <Input className={styles.input ?? ""} placeholder={find} />
          </SearchField>
          <Menu
            className={styles.menu ?? ""}
            aria-label={label}
            items={shown}
            renderEmptyState={() => <div className={styles.none}>{none}</div>}
            onAction={onDone}
          >
            {(pick) => (
              <MenuItem
                id={pick.id}
                href={pick.href}
                textValue={pick.text}
                className={styles.item ?? ""}
                {...(pick.here ? { "data-here": "" } : {})}
                {...(pick.archived ? { "data-archived": "" } : {})}
              >
                <span className={styles.main} translate="no">
                  {pick.main ?? pick.text}
                </span>
                {pick.detail && <span className={styles.detail}>{pick.detail}</span>}
              </MenuItem>
            )}
          </Menu>
        </Autocomplete>
      </Dialog>
    </Popover>
  );
}
