import { useState } from "react";
import { useOneNode } from "../../../api/runs";
import type { RunAttempt } from "../../../api/types";
import { href } from "../../../base/address";
import { useSeconds } from "../../../base/clock";
import type { RunName } from "../../../base/kinds";
import { executionLink } from "../../../feature/runs/Words";
import { waitWords } from "../../../feature/runs/waits";
import { lengths, phaseOf } from "../../../feature/timeline/segments";
import { useText } from "../../../text";
import { bytes, cpu, errorLine } from "../../../text/format";
import { Nothing } from "../../../ui/Amount";
import { Button } from "../../../ui/Button";
import { ErrorText } from "../../../ui/ErrorText";
import { Identifier, Image } from "../../../ui/Identifier";
import { OuterLink } from "../../../ui/Link";
import { later } from "../../../ui/later";
import { type Fact, Facts } from "../../../ui/Page";
import { Phase } from "../../../ui/Phase";
import { hasEnded } from "../../../ui/phases";
import { Sentence } from "../../../ui/Sentence";
import { Empty } from "../../../ui/States";
import { Duration, Time } from "../../../ui/Time";
import styles from "./Panel.module.css";
import type { Selection } from "./selection";

/** The four lengths of an attempt: queued, image, container, run. */
function Times({ attempt }: { attempt: RunAttempt }) {
  const text = useText();
  const now = useSeconds(!hasEnded(attempt.phase) && attempt.ended_at === undefined);
  const { queued, pull, start, run } = lengths(attempt, now);
  const { attempts } = text.execution;
  const parts: [string, string, number | null][] = [
    ["queued", attempts.queued, queued],
    ["pull", attempts.pulled, pull],
    ["start", attempts.made, start],
    ["run", attempts.ran, run],
  ];
  return (
    <dl className={styles.times}>
      {parts.map(([id, label, ms]) => (
        <div key={id}>
          <dt>{label}</dt>
          <dd>
            <Duration ms={ms} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Peak({ attempt }: { attempt: RunAttempt }) {
  const text = useText();
  const { peak_memory_bytes: peak, limit } = attempt;
  if (peak === undefined) return <Nothing />;
  const of = limit?.memory_bytes;
  return <>{of ? text.execution.attempts.ofLimit(bytes(peak), bytes(of)) : bytes(peak)}</>;
}

function facts(attempt: RunAttempt, words: ReturnType<typeof useText>["execution"]["attempts"]): Fact[] {
  const { pod, ns, image, container_id: container, exit_code: exit, cpu_mean_millis: mean } = attempt;
  const all: (Fact | null)[] = [
    exit === undefined ? null : { id: "exit", label: words.exit, value: exit },
    {
      id: "started",
      label: words.started,
      value: <Time at={attempt.started_at ?? attempt.created_at} as="detail" />,
    },
    attempt.peak_memory_bytes === undefined
      ? null
      : { id: "peak", label: words.peak, value: <Peak attempt={attempt} /> },
    mean === undefined ? null : { id: "cpu", label: words.cpu, value: `${cpu(mean)}` },
    image?.reference ? { id: "image", label: words.image, value: <Image reference={image.reference} /> } : null,
    pod && ns
      ? { id: "pod", label: words.pod, value: <Identifier text={pod} href={href.pod(ns, pod)} copy limit={34} /> }
      : null,
    container
      ? { id: "container", label: words.container, value: <Identifier text={container.slice(0, 12)} copy /> }
      : null,
  ];
  return all.filter((fact) => fact !== null);
}

const AttemptCommands = later(() => import("../copy/AttemptCommands"));

function Attempt({ run, attempt, total }: { run: RunName; attempt: RunAttempt; total: number }) {
  const text = useText();
  const [commands, setCommands] = useState(false);
  const waits = attempt.error ? undefined : attempt.wait ? waitWords(text, attempt.wait) : attempt.reason;
  return (
    <section className={styles.attempt}>
      <div className={styles.attemptHead}>
        <h3>{text.execution.panel.attempt(attempt.attempt + 1, Math.max(total, attempt.attempt + 1))}</h3>
        <Phase phase={phaseOf(attempt)} badge />
      </div>
      {waits && <p className={styles.reason}>{errorLine(waits, 400)}</p>}
      <Times attempt={attempt} />
      <Facts stacked facts={facts(attempt, text.execution.attempts)} />
      {(attempt.links ?? []).map((link) => {
        const { name, uri } = link as { name?: string; uri?: string };
        return uri ? (
          <p key={uri}>
            <OuterLink href={uri}>{name || uri}</OuterLink>
          </p>
        ) : null;
      })}
      {attempt.error && (
        <div className={styles.error}>
          <ErrorText message={attempt.error.message} />
        </div>
      )}
      {attempt.pod && (
        <p className={styles.more}>
          <Button size="small" pressed={commands} onPress={() => setCommands(!commands)}>
            {text.execution.commands}
          </Button>
        </p>
      )}
      {commands && <AttemptCommands run={run} attempt={attempt} />}
    </section>
  );
}

/** Where the outputs of a cached task came from, or why they had to be made. */
function CacheNote({ selection }: { selection: Selection }) {
  const { run, node } = selection;
  const text = useText();
  const missed = node.cache?.status === "CACHE_MISS" || node.cache?.status === "CACHE_POPULATED";
  const { data } = useOneNode(run, node.id, null, missed && node.cache?.why_missed === undefined);
  const why = node.cache?.why_missed ?? data?.node.cache?.why_missed;
  const from = node.cache?.from ?? why?.from;
  const template = why ? text.missed[why.code] : node.cache?.from ? text.madeBy : undefined;
  if (!template) return null;
  const execution = from ? executionLink({ ...from, execution: from.execution }) : "";
  return (
    <p className={styles.reason}>
      <Sentence template={template} values={{ execution, before: <b>{why?.before}</b>, now: <b>{why?.now}</b> }} />
    </p>
  );
}

/** All attempts of a node, the newest first. */
export function Attempts({ selection }: { selection: Selection }) {
  const text = useText();
  const { attempts, phase } = selection;
  if (attempts.length === 0 || phase === "CACHED")
    return (
      <>
        <Empty>
          {phase === "CACHED"
            ? text.execution.panel.cached
            : selection.node.wait
              ? waitWords(text, selection.node.wait)
              : text.execution.panel.noAttempts}
        </Empty>
        <CacheNote selection={selection} />
      </>
    );
  return (
    <>
      <CacheNote selection={selection} />
      {[...attempts].reverse().map((attempt) => (
        <Attempt key={attempt.attempt} run={selection.run} attempt={attempt} total={attempts.length} />
      ))}
    </>
  );
}
