import { useQueryValues } from "../../../base/query";
import { later } from "../../../ui/later";
import { hasEnded } from "../../../ui/phases";
import { LoadingLine } from "../../../ui/States";
import { AttemptChoice, shownAttempt } from "./AttemptChoice";
import styles from "./Panel.module.css";
import type { Selection } from "./selection";

const PodUsage = later(() => import("../../../feature/curve/PodUsage"), <LoadingLine loading />);

/** What one attempt of a node used. */
export function NodeUsage({ selection }: { selection: Selection }) {
  const [query] = useQueryValues();
  const shown = shownAttempt(selection, query.get("attempt"));
  if (!shown?.pod || !shown.ns) return null;
  return (
    <>
      {selection.attempts.length > 1 && (
        <p className={styles.reason}>
          <AttemptChoice selection={selection} shown={shown} />
        </p>
      )}
      <PodUsage
        key={shown.pod}
        run={selection.run}
        ns={shown.ns}
        pod={shown.pod}
        phase={shown.phase}
        running={!hasEnded(shown.phase) && shown.ended_at === undefined}
      />
    </>
  );
}
