import { ChevronsUpDown } from "lucide-react";
import { useState } from "react";
import { Button as Behaviour } from "react-aria-components/Button";
import { DialogTrigger } from "react-aria-components/Dialog";
import { useProjects } from "../api/platform";
import type { Address } from "../base/address";
import type { Place } from "../base/kinds";
import { useText } from "../text";
import { sameIn } from "./crumbs";
import { Picker } from "./Picker";
import styles from "./PlaceSwitch.module.css";

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
  const picks = projects.flatMap(({ id: project, domains, archived }) =>
    domains.map(({ id: domain }) => ({
      id: `${project}/${domain}`,
      href: sameIn(address, { project, domain }),
      text: text.place.pair(project, domain),
      main: project,
      detail: archived ? `${domain} · ${text.place.archived}` : domain,
      here: project === place?.project && domain === place.domain,
      archived,
    })),
  );
  const sorted = [...picks].sort((a, b) => Number(b.here) - Number(a.here) || Number(a.archived) - Number(b.archived));
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
      <Picker
        label={text.place.label}
        find={text.place.find}
        picks={sorted}
        none={text.place.none}
        onDone={() => setOpen(false)}
      />
    </DialogTrigger>
  );
}
