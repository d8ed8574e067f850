import { useEffect } from "react";
import { useLocationProperty } from "wouter/use-browser-location";
import { examine, useDoctor } from "../api/machine";
import { href } from "../base/address";
import { parseTime, serverNow } from "../base/clock";
import { CheckFix, CheckSentence } from "../feature/doctor/Sentence";
import { useMachineText } from "../text/machine";
import { Link } from "../ui/Link";
import styles from "./Banner.module.css";

const FRESH_MS = 60_000;

/** A line for each check that fails, with its fix. Looked at anew when a page is opened, at most once a minute. */
export default function DoctorBanner() {
  const { doctor } = useMachineText();
  const { data } = useDoctor();
  const path = useLocationProperty(() => location.pathname);
  const at = data?.at;
  // biome-ignore lint/correctness/useExhaustiveDependencies: another page is what asks anew
  useEffect(() => {
    const looked = parseTime(at);
    if (looked !== null && serverNow() - looked > FRESH_MS) void examine().catch(() => {}); // The next page asks again.
  }, [path, at]);
  const failed = (data?.checks ?? []).filter(({ verdict }) => verdict === "FAIL");
  return (
    <>
      {failed.map((check) => (
        <div key={check.id} className={styles.banner} data-kind="wait">
          <span>
            <CheckSentence check={check} />
          </span>
          <CheckFix check={check} />
          <Link href={href.settings("doctor")}>{doctor.open}</Link>
        </div>
      ))}
    </>
  );
}
