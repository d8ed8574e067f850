import { useEffect, useState } from "react";
import { useStatus } from "../api/platform";
import { serverNow, useSeconds } from "../base/clock";
import { useConnection } from "../live/use-live";
import { useText } from "../text";
import { Button } from "../ui/Button";
import { Command } from "../ui/Copy";
import { later } from "../ui/later";
import styles from "./Banner.module.css";

/** True for two seconds after the connection came back from away or stopped. */
function useBack(state: string): boolean {
  const [lost, setLost] = useState(false);
  const [back, setBack] = useState(false);
  useEffect(() => {
    if (state === "away" || state === "stopped") {
      setLost(true);
      setBack(false);
      return;
    }
    if (state !== "live" || !lost) return;
    setLost(false);
    setBack(true);
    const timer = setTimeout(() => setBack(false), 2000);
    return () => clearTimeout(timer);
  }, [state, lost]);
  return back;
}

function Away({ since }: { since: number }) {
  const text = useText();
  const now = useSeconds(true);
  const clock = now - serverNow() + Date.now(); // `since` is told by this machine's clock
  return <>{text.banner.away(Math.max(0, Math.round((clock - since) / 1000)))}</>;
}

const DoctorBanner = later(() => import("./DoctorBanner"));

/** The line under the top bar: the sandbox is away, stopped or updated, or cannot do something. */
export function Banner() {
  const text = useText();
  const { state, since, updated } = useConnection();
  const { data: status } = useStatus();
  const back = useBack(state);
  const problems = status?.problems ?? [];
  const line = (kind: string, content: React.ReactNode) => (
    <div className={styles.banner} data-kind={kind}>
      {content}
    </div>
  );
  return (
    <div role="status">
      {state === "away" && line("wait", <Away since={since} />)}
      {state === "stopped" &&
        line(
          "wait",
          <>
            <span>{text.banner.stopped}</span>
            <Command command={text.banner.stoppedCommand} />
            <span>{text.banner.stoppedHint}</span>
          </>,
        )}
      {back && line("ok", text.banner.back)}
      {updated &&
        line(
          "accent",
          <>
            <span>{text.banner.updated}</span>
            <Button size="small" onPress={() => location.reload()}>
              {text.banner.reload}
            </Button>
          </>,
        )}
      {state === "paused" && line("quiet", text.banner.paused)}
      {(state === "live" || state === "paused") && <DoctorBanner />}
      {problems.map(({ message }) => (
        <div key={message} className={styles.banner} data-kind="wait">
          {text.banner.problem(message)}
        </div>
      ))}
    </div>
  );
}
