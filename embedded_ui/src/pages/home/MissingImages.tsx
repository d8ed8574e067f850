import { useImages } from "../../api/machine";
import type { Home } from "../../api/types";
import { href } from "../../base/address";
import { useMachineText } from "../../text/machine";
import { Command } from "../../ui/Copy";
import { Link } from "../../ui/Link";
import styles from "./Home.module.css";

const SHOWN = 3;

/**
 * Images that the newest versions of tasks name, or that runs wait for, and that are not here. It stands at the end of
 * the page: the engine answers later than the rest, and nothing that is read moves then.
 */
export default function MissingImages({ waited }: { waited: Home["images_missing"] }) {
  const { images } = useMachineText();
  const { data } = useImages();
  const named = (data?.images ?? []).filter(({ state, newest }) => state === "missing" && newest);
  const all = new Map([...waited, ...named].map(({ reference, command }) => [reference, command ?? ""]));
  if (all.size === 0) return null;
  return (
    <div className={`${styles.wide} ${styles.stack}`}>
      <p>
        <Link href={href.machine("images")}>{images.onHome(all.size)}</Link>
      </p>
      {[...all].slice(0, SHOWN).map(([reference, command]) => (
        <p key={reference}>
          <code translate="no">{reference}</code> {command !== "" && <Command command={command} />}
        </p>
      ))}
      {all.size > SHOWN && <p className={styles.why}>{images.more(all.size - SHOWN)}</p>}
    </div>
  );
}
