import { ChevronsUpDown } from "lucide-react";
import { useState } from "react";
import { Autocomplete, useFilter } from "react-aria-components/Autocomplete";
import { Button as Behaviour } from "react-aria-components/Button";
import { Dialog, DialogTrigger } from "react-aria-components/Dialog";
import { Input } from "react-aria-components/Input";
import { Menu, MenuItem } from "react-aria-components/Menu";
import { Popover } from "react-aria-components/Popover";
import { SearchField } from "react-aria-components/SearchField";
import { useProjects } from "../api/platform";
import { type Address, href } from "../base/address";
import type { Place } from "../base/kinds";
import { useText } from "../text";
import styles from "./PlaceSwitch.module.css";

/** The same kind of page in another place. */
function sameIn(address: Address, place: Place): string {
  return "kind" in address ? href.entities(place, address.kind) : href.executions(place);
}

export interface PlaceSwitchProps {
  address: Address;
  place: Place | null;
  iconsOnly: boolean;
}

/** Chooses the project and domain; the kind of page stays. */
export function PlaceSwitch({ address, place, iconsOnly }: PlaceSwitchProps) {
  const text = useText();
  const { data: projects = [] } = useProjects();
  const [open, setOpen] = useState(false);
  const { contains } = useFilter({ sensitivity: "base" });
  const pairs = projects.flatMap((project) =>
    project.domains.map((domain) => ({ project: project.id, domain: domain.id, archived: project.archived })),
  );
  const isHere = (pair: Place) => pair.project === place?.project && pair.domain === place.domain;
  const sorted = [...pairs].sort(
    (a, b) => Number(isHere(b)) - Number(isHere(a)) || Number(a.archived) - Number(b.archived),
  );
  return (
    <DialogTrigger isOpen={open} onOpenChange={setOpen}>
      <Behaviour className={styles.trigger ?? ""} {...(iconsOnly ? { "data-icons": "" } : {})}>
        <span className="visually-hidden">{text.place.label}: </span>
        <span className={iconsOnly ? "visually-hidden" : styles.name} translate="no">
          {place ? (
            <>
              <span className={styles.project}>{place.project}</span>{" "}
              <span className={styles.domain}>{place.domain}</span>
            </>
          ) : (
            text.place.choose
          )}
        </span>
        <ChevronsUpDown size={14} strokeWidth={1.75} aria-hidden />
      </Behaviour>
      <Popover className={styles.popover ?? ""} placement="bottom start" offset={4}>
        <Dialog className={styles.dialog ?? ""} aria-label={text.place.label}>
          <Autocomplete filter={contains}>
            <SearchField aria-label={text.place.find} autoFocus className={styles.field ?? ""}>
              <Input className={styles.input ?? ""} placeholder={text.place.find} />
            </SearchField>
            <Menu
              className={styles.menu ?? ""}
              aria-label={text.place.label}
              items={sorted.map((pair) => ({ ...pair, id: `${pair.project}/${pair.domain}` }))}
              renderEmptyState={() => <div className={styles.none}>{text.place.none}</div>}
              onAction={() => setOpen(false)}
            >
              {(pair) => (
                <MenuItem
                  id={pair.id}
                  href={sameIn(address, pair)}
                  textValue={text.place.pair(pair.project, pair.domain)}
                  className={styles.item ?? ""}
                  {...(isHere(pair) ? { "data-here": "" } : {})}
                  {...(pair.archived ? { "data-archived": "" } : {})}
                >
                  <span className={styles.itemProject}>{pair.project}</span>
                  <span className={styles.itemDomain}>{pair.domain}</span>
                  {pair.archived && <span className={styles.itemDomain}>{text.place.archived}</span>}
                </MenuItem>
              )}
            </Menu>
          </Autocomplete>
        </Dialog>
      </Popover>
    </DialogTrigger>
  );
}
