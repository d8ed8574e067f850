import { Menu as MenuIcon } from "lucide-react";
import { lazy, Suspense, useEffect, useRef, useState } from "react";
import { type Address, placeOf } from "../base/address";
import { lastPlace, rememberPlace } from "../base/last-place";
import { setPreferences, usePreferences } from "../base/preferences";
import { useStore } from "../base/store";
import { useText } from "../text";
import { Button } from "../ui/Button";
import { Dialog } from "../ui/Popover";
import { Boundary } from "../ui/States";
import { toasts } from "../ui/toast";
import { useCompactNavigation, useNarrow } from "../ui/width";
import { Banner } from "./Banner";
import { Breadcrumb } from "./Breadcrumb";
import { Navigation } from "./Navigation";
import { PaletteButton } from "./PaletteButton";
import { PageOf } from "./pages";
import styles from "./Shell.module.css";
import { useShortcuts } from "./use-shortcuts";
import { ViewMenu } from "./ViewMenu";

const Toasts = lazy(() => import("./Toasts"));

/** Navigation at the left, the top bar with the breadcrumb, the banner when there is one, and the page. */
export function Shell({ address }: { address: Address }) {
  const text = useText();
  const [sheet, setSheet] = useState(false);
  const narrowWindow = useNarrow();
  const compact = useCompactNavigation();
  const { navigation } = usePreferences();
  const main = useRef<HTMLElement>(null);
  const said = useStore(toasts).length > 0;
  const place = placeOf(address);
  const key = JSON.stringify(address);
  const first = useRef(true);
  useEffect(() => {
    if (place) rememberPlace(place);
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new page begins at its top, with the focus in it
  useEffect(() => {
    setSheet(false);
    if (first.current) {
      first.current = false;
      return;
    }
    window.scrollTo(0, 0);
    main.current?.focus({ preventScroll: true });
  }, [key]);
  const shown = place ?? lastPlace();
  useShortcuts(shown);
  const iconsOnly = compact ? navigation !== "open" || !narrowWindow : navigation === "narrow";
  return (
    <div className={styles.shell} data-icons={iconsOnly ? "" : undefined}>
      <a href="#main" className={styles.skip}>
        {text.nav.skip}
      </a>
      {!narrowWindow && (
        <Navigation
          address={address}
          place={shown}
          iconsOnly={iconsOnly}
          {...(compact
            ? {}
            : { onToggle: () => setPreferences({ navigation: navigation === "open" ? "narrow" : "open" }) })}
        />
      )}
      <div className={styles.content}>
        <div className={styles.top}>
          {narrowWindow && (
            <Button kind="icon" label={text.nav.open} onPress={() => setSheet(true)}>
              <MenuIcon size={16} strokeWidth={1.75} />
            </Button>
          )}
          <Breadcrumb address={address} />
          <div className={styles.topActions}>
            <PaletteButton address={address} place={shown} />
            <ViewMenu />
          </div>
        </div>
        <Banner />
        <main id="main" ref={main} tabIndex={-1} className={styles.main}>
          <Boundary of={key}>
            <PageOf address={address} />
          </Boundary>
        </main>
        {/* Not hidden by a dialog, and no press outside of one. */}
        <div className={styles.toasts} aria-live="polite" data-react-aria-top-layer="true">
          <div>
            <Suspense>{said && <Toasts />}</Suspense>
          </div>
        </div>
      </div>
      <Dialog open={sheet} onClose={() => setSheet(false)} label={text.nav.label} kind="sheet">
        <Navigation address={address} place={shown} iconsOnly={false} />
      </Dialog>
    </div>
  );
}
