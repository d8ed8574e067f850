import { Ellipsis } from "lucide-react";
import type { RunExecution } from "../../api/types";
import { href } from "../../base/address";
import type { RunName } from "../../base/kinds";
import { useReachable } from "../../live/use-live";
import { useText } from "../../text";
import { Button } from "../../ui/Button";
import { copyText } from "../../ui/clipboard";
import { Menu } from "../../ui/Menu";
import { hasEnded } from "../../ui/phases";
import styles from "./Execution.module.css";

/** What can be done with a run. */
export function Actions({ run, execution }: { run: RunName; execution: RunExecution }) {
  const text = useText();
  const reachable = useReachable();
  const away = reachable ? undefined : text.banner.away_reason;
  const ended = hasEnded(execution.phase);
  return (
    <div className={styles.actions}>
      {ended && (
        <Button href={href.relaunch(run)} disabled={away}>
          {text.act.relaunch}
        </Button>
      )}
      <Menu
        kind="icon"
        label={text.act.more}
        chevron={false}
        items={[
          ...(ended ? [] : [{ id: "clone", label: text.act.clone, href: href.relaunch(run) }]),
          { id: "id", label: text.act.copyOf(run.name), onAction: () => void copyText(run.name) },
          { id: "link", label: text.act.copyLink, onAction: () => void copyText(location.href) },
        ]}
      >
        <Ellipsis size={16} strokeWidth={1.75} />
      </Menu>
    </div>
  );
}
