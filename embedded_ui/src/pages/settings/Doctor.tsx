import { CircleCheck, CircleX, TriangleAlert } from "lucide-react";
import { useState } from "react";
import { examine, useDoctor } from "../../api/machine";
import { CheckFix, CheckSentence } from "../../feature/doctor/Sentence";
import { useReachable } from "../../live/use-live";
import { useText } from "../../text";
import { duration } from "../../text/format";
import { useMachineText } from "../../text/machine";
import { Button } from "../../ui/Button";
import { ErrorState, LoadingLine } from "../../ui/States";
import { Time } from "../../ui/Time";
import styles from "./Settings.module.css";

const ICONS = { OK: CircleCheck, WARN: TriangleAlert, FAIL: CircleX };
const ORDER = ["FAIL", "WARN", "OK"];

/** Whether this machine can do its work; what fails comes first, each with its fix. */
export default function Doctor() {
  const text = useText();
  const { doctor } = useMachineText();
  const reachable = useReachable();
  const { data, error, isPending, refetch } = useDoctor();
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState<unknown>(null);
  const again = async () => {
    setBusy(true);
    setFailed(null);
    try {
      await examine();
    } catch (caught) {
      setFailed(caught);
    }
    setBusy(false);
  };
  const checks = [...(data?.checks ?? [])].sort((a, b) => ORDER.indexOf(a.verdict) - ORDER.indexOf(b.verdict));
  return (
    <div className={styles.stack}>
      <LoadingLine loading={isPending || busy} />
      {error && !data && (
        <ErrorState title={text.state.unread(doctor.title)} error={error} onRetry={() => void refetch()} />
      )}
      {failed !== null && <ErrorState title={text.state.unread(doctor.title)} error={failed} />}
      {data && (
        <div className={styles.bar}>
          <b>{doctor.counts(data.ok, data.warn, data.fail)}</b>
          <span className={styles.muted}>
            <Time at={data.at} as="detail" />, {doctor.took(duration(data.took_ms))}
          </span>
          <Button disabled={reachable ? busy || undefined : text.banner.away_reason} onPress={() => void again()}>
            {doctor.again}
          </Button>
        </div>
      )}
      {data && (
        <ul className={styles.checks} aria-label={doctor.list} aria-busy={busy}>
          {checks.map((check) => {
            const Icon = ICONS[check.verdict as keyof typeof ICONS];
            return (
              <li key={check.id} className={styles.check}>
                <span className={styles.verdict} data-verdict={check.verdict}>
                  <Icon size={16} strokeWidth={1.75} aria-hidden />
                  {doctor.verdicts[check.verdict as keyof typeof ICONS]}
                </span>
                <span className={styles.text}>
                  <CheckSentence check={check} />
                </span>
                <CheckFix check={check} />
              </li>
            );
          })}
        </ul>
      )}
    </div>
  );
}
