import { Maximize, Minus, Plus } from "lucide-react";
import type { ReactNode } from "react";
import { useGraphText } from "../../text/graph";
import { Button } from "../../ui/Button";
import { useNarrow } from "../../ui/width";
import styles from "./Graph.module.css";
import type { View } from "./use-view";

const STEP = 1.25;

export interface ToolbarProps {
  view: View;
  /** Opens or closes all groups; null when there is none. */
  all: { opened: boolean; set: (open: boolean) => void } | null;
  aside: ReactNode;
}

/** What can be done with a graph. */
export function Toolbar({ view, all, aside }: ToolbarProps) {
  const words = useGraphText();
  const narrow = useNarrow(); // There it is pinched.
  return (
    <div className={styles.toolbar}>
      {aside}
      {all && (
        <Button size="small" kind="quiet" onPress={() => all.set(!all.opened)}>
          {all.opened ? words.closeAll : words.openAll}
        </Button>
      )}
      <span className={styles.zoom}>
        {!narrow && (
          <>
            <Button size="small" kind="icon" label={words.zoomOut} onPress={() => view.zoom(1 / STEP)}>
              <Minus size={16} strokeWidth={1.75} />
            </Button>
            <Button size="small" kind="icon" label={words.zoomIn} onPress={() => view.zoom(STEP)}>
              <Plus size={16} strokeWidth={1.75} />
            </Button>
          </>
        )}
        <Button size="small" kind="icon" label={words.fit} onPress={view.fit}>
          <Maximize size={16} strokeWidth={1.75} />
        </Button>
      </span>
    </div>
  );
}
