import { Search } from "lucide-react";
import { useEffect, useState } from "react";
import type { Address } from "../base/address";
import type { Place } from "../base/kinds";
import { useText } from "../text";
import { Button } from "../ui/Button";
import { later } from "../ui/later";
import { useNarrow } from "../ui/width";
import styles from "./Palette.module.css";

const Palette = later(() => import("./Palette"));

/** Opens the palette, by a press or Ctrl K (Cmd K). */
export function PaletteButton({ address, place }: { address: Address; place: Place | null }) {
  const text = useText();
  const [open, setOpen] = useState(false);
  const narrow = useNarrow();
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey)
        return;
      event.preventDefault();
      setOpen((now) => !now);
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, []);
  return (
    <>
      <Button kind={narrow ? "icon" : "quiet"} label={`${text.palette.label} (Ctrl K)`} onPress={() => setOpen(true)}>
        <Search size={16} strokeWidth={1.75} aria-hidden />
        {!narrow && (
          <>
            <span className={styles.triggerText}>{text.palette.open}</span>
            <kbd className={styles.keys}>Ctrl K</kbd>
          </>
        )}
      </Button>
      {open && <Palette address={address} place={place} onClose={() => setOpen(false)} />}
    </>
  );
}
