import { useCallback, useEffect, useId, useRef } from "react";
import { buildLines } from "../../api/builds";
import type { BuildDetail } from "../../api/types";
import { useQueryValues } from "../../base/query";
import { dockerfileLines, openStep, stepPhase } from "../../feature/builds/builds";
import { linesOf, linesText } from "../../feature/logs/lines";
import { PieceView } from "../../feature/logs/PieceView";
import { useText } from "../../text";
import { useMachineText } from "../../text/machine";
import { Phase } from "../../ui/Phase";
import { Empty } from "../../ui/States";
import { Duration } from "../../ui/Time";
import styles from "./Build.module.css";

type Step = BuildDetail["steps"][number];

/** The Dockerfile with the lines of the step, which are in view. */
function Dockerfile({ build, step }: { build: BuildDetail; step: Step }) {
  const { builds } = useMachineText();
  const box = useRef<HTMLDivElement>(null);
  const lines = dockerfileLines(build, step);
  const digits = `${String(lines.length).length}ch`;
  useEffect(() => {
    const here = box.current?.querySelector<HTMLElement>("[data-here]");
    if (box.current && here) box.current.scrollTop = here.offsetTop - box.current.clientHeight / 3;
  }, []);
  return (
    // biome-ignore lint/a11y/useSemanticElements: it is no form
    <div
      ref={box}
      className={styles.dockerfile}
      role="group"
      aria-label={builds.dockerfile}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls can be scrolled by keys
      tabIndex={0}
    >
      {lines.map(({ number, text, here }) => (
        <div key={number} className={styles.codeLine} data-here={here ? "" : undefined}>
          <span className={styles.number} style={{ minWidth: digits }}>
            {number}
          </span>
          <code translate="no">{text}</code>
        </div>
      ))}
    </div>
  );
}

/** What a step printed, and the Dockerfile beside it. */
function StepLog({ build, step }: { build: BuildDetail; step: Step }) {
  const { builds } = useMachineText();
  const [query, change] = useQueryValues();
  const { id } = build;
  const read = useCallback((from: number, count: number) => buildLines(id, from, count), [id]);
  const lines = Math.max(step.log_to - step.log_from, build.dockerfile_text.split("\n").length);
  const size = { "--lines": lines } as React.CSSProperties;
  return (
    <div className={styles.open} style={size} data-alone={step.dockerfile_lines ? undefined : ""}>
      <div className={styles.log}>
        <PieceView
          read={read}
          from={step.log_from}
          to={step.log_to}
          live={step.state === "running"}
          label={builds.log(step.number)}
          empty={builds.noLines}
          lines={linesOf(query.get("line"))}
          onLines={(lines) => change({ step: step.number, line: linesText(lines) })}
        />
      </div>
      {step.dockerfile_lines && <Dockerfile build={build} step={step} />}
    </div>
  );
}

function StepRow({ build, step, open, onToggle }: StepRowProps) {
  const { builds } = useMachineText();
  const { phase } = useText();
  const panel = useId();
  const { number, instruction, state, cached, exit_code: exit } = step;
  return (
    <li className={styles.step} data-open={open ? "" : undefined}>
      <button
        type="button"
        className={styles.head}
        aria-expanded={open}
        aria-controls={open ? panel : undefined}
        onClick={onToggle}
      >
        <Phase phase={stepPhase(step)} bare />
        <span className={styles.count}>{number}</span>
        <code className={styles.instruction} title={instruction} translate="no">
          {instruction}
        </code>
        {exit !== null && exit !== 0 && <span className={styles.exit}>{builds.exit(exit)}</span>}
        <span className={styles.time}>
          {cached ? (
            phase.cached
          ) : (
            <Duration ms={step.duration_ms} since={state === "running" ? step.started_at : null} />
          )}
        </span>
      </button>
      {open && (
        <div id={panel}>
          <StepLog key={number} build={build} step={step} />
        </div>
      )}
    </li>
  );
}

interface StepRowProps {
  build: BuildDetail;
  step: Step;
  open: boolean;
  onToggle: () => void;
}

/** The steps of a build; one is open: the one of the address, else the one that matters. Query: `step`, `line`. */
export function Steps({ build }: { build: BuildDetail }) {
  const { builds } = useMachineText();
  const [query, change] = useQueryValues();
  const chosen = query.get("step");
  const open = chosen === null ? openStep(build) : Number(chosen);
  if (build.steps.length === 0) return <Empty>{builds.noStep}</Empty>;
  return (
    <ol className={styles.steps} aria-label={builds.steps}>
      {build.steps.map((step) => (
        <StepRow
          key={step.number}
          build={build}
          step={step}
          open={step.number === open}
          onToggle={() => change({ step: step.number === open ? "none" : step.number, line: null })}
        />
      ))}
    </ol>
  );
}
