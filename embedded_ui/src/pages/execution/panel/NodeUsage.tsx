import { lazy, Suspense } from "react";
import { useQueryValues } from "../../../base/query";
import { hasEnded } from "../../../ui/phases";
import { LoadingLine } from "../../../ui/States";
import { AttemptChoice, shownAttempt } from "./AttemptChoice";
import type { Selection } from "./Panel";
import styles from "./Panel.module.css";

const PodUsage = lazy(() => import("../../../feature/curve/PodUsage"));

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
      <Suspense fallback={<LoadingLine loading />}>
        <PodUsage
          key={shown.pod}
          run={selection.run}
          ns={shown.ns}
          pod={shown.pod}
          phase={shown.phase}
          running={!hasEnded(shown.phase) && shown.ended_at === undefined}
        />
      </Suspense>
    </>
  );
}
