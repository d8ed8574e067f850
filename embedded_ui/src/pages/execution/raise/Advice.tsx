import { useVersion } from "../../../api/entities";
import { useStatus } from "../../../api/platform";
import type { Limits } from "../../../api/types";
import { useLimits, useNewestVersion } from "../../../api/usage";
import { href } from "../../../base/address";
import { KIND_WORDS } from "../../../base/kinds";
import { writeQuantity } from "../../../base/quantity";
import { useLive } from "../../../live/use-live";
import { useText } from "../../../text";
import { bytes, version as shortVersion } from "../../../text/format";
import { type UsageText, useUsageText } from "../../../text/usage";
import { Button } from "../../../ui/Button";
import { CodeBlock } from "../../../ui/CodeBlock";
import { Command } from "../../../ui/Copy";
import { type Fact, Facts } from "../../../ui/Page";
import { ErrorState, LoadingLine } from "../../../ui/States";
import styles from "./Raise.module.css";
import type { RaiseProps } from "./RaiseMemory";
import {
  type Advice as AdviceData,
  type Asked,
  adviseOn,
  askedMemory,
  attributesFile,
  memoryLimits,
  originOf,
  pythonOf,
} from "./raise";

/** Whose settings those of a place are. */
function placeWords(
  from: string,
  { project, domain, name }: { project: string; domain: string; name: string },
  text: UsageText,
) {
  const words = text.raise.from;
  switch (from) {
    case "project":
      return words.project(project);
    case "domain":
      return words.domain(domain);
    case "project_domain":
      return words.project_domain(project, domain);
    case "workflow":
      return words.workflow(name);
    case "launch_plan":
      return words.launch_plan;
    default:
      return words.config;
  }
}

function Amount({ value, why }: { value: number | null | undefined; why: string | null }) {
  const text = useUsageText();
  return (
    <>
      <b>{value ? bytes(value) : text.raise.none}</b>
      {why && <span className={styles.why}> {why}</span>}
    </>
  );
}

/** Request and limit of the attempt, what a task may have here, and who set them. */
function Now({ execution, attempt, asked, limits }: RaiseProps & { asked: Asked | null; limits: Limits | undefined }) {
  const text = useUsageText();
  const place = memoryLimits(limits);
  const setHere = placeWords(place.from, { ...execution, name: execution.what.name }, text);
  const why = (want: string | null, have: number | null | undefined): string | null => {
    if (asked === null) return null;
    const origin = originOf(want, have);
    if (origin === "task") return text.raise.from.task;
    return origin === "taskCut" ? text.raise.from.taskCut(want ?? "") : origin === "place" && limits ? setHere : null;
  };
  const { request, limit } = attempt;
  const facts: Fact[] = [
    {
      id: "request",
      label: text.raise.request,
      value: <Amount value={request?.memory_bytes} why={why(asked?.request ?? null, request?.memory_bytes)} />,
    },
    {
      id: "limit",
      label: text.raise.limit,
      value: (
        <Amount value={limit?.memory_bytes} why={why(asked?.limit ?? asked?.request ?? null, limit?.memory_bytes)} />
      ),
    },
    ...(attempt.peak_memory_bytes
      ? [{ id: "used", label: text.raise.used, value: <Amount value={attempt.peak_memory_bytes} why={null} /> }]
      : []),
    ...(limits
      ? [{ id: "platform", label: text.raise.platform, value: <Amount value={place.limit} why={setHere} /> }]
      : []),
  ];
  return <Facts stacked facts={facts} />;
}

function File({
  execution,
  limits,
  advice,
}: {
  execution: RaiseProps["execution"];
  limits: Limits;
  advice: AdviceData;
}) {
  const text = useUsageText();
  const { limit } = memoryLimits(limits);
  return (
    <section className={styles.step}>
      <p>{advice.byDefault ? text.raise.defaults : text.raise.file(bytes(limit ?? 0))}</p>
      <CodeBlock code={attributesFile(execution, limits, advice.wanted, advice.byDefault)} what="YAML" />
      <p>{text.raise.fileName}</p>
      <Command command="flytectl update task-resource-attribute --attrFile task-resources.yaml" />
    </section>
  );
}

function Again({ run, execution, enough }: Omit<RaiseProps, "attempt"> & { enough: boolean }) {
  const text = useUsageText();
  const { project, domain, what } = execution;
  const kind = KIND_WORDS[what.kind] === "task" ? ("task" as const) : ("workflow" as const);
  const newest = useNewestVersion({ kind, project, domain, name: what.name });
  useLive(`entities:${project}/${domain}`, {
    seq: undefined,
    loose: true,
    refetch: newest.refetch,
  });
  const newer = newest.data && newest.data !== what.version ? newest.data : null;
  return (
    <section className={styles.step}>
      <p>{enough ? text.raise.enough : text.raise.again}</p>
      {newer && (
        <Button kind="primary" href={href.relaunch(run, { version: newer })}>
          {text.raise.relaunchNewest(shortVersion(newer))}
        </Button>
      )}
      {enough && !newer && (
        <Button kind="primary" href={href.relaunch(run)}>
          {text.raise.relaunch}
        </Button>
      )}
      {!newer && !enough && newest.data && (
        <p className={styles.why}>{text.raise.noNewer(shortVersion(newest.data))}</p>
      )}
    </section>
  );
}

/** How a task that ran out of memory gets more: what it has and who says so, and what to change where. */
export default function Advice(props: RaiseProps) {
  const { run, execution, attempt } = props;
  const text = useUsageText();
  const words = useText();
  const { project, domain, what } = execution;
  const limits = useLimits({ project, domain, workflow: what.kind === "workflow" ? what.name : undefined });
  const task = { kind: "task" as const, project, domain, name: attempt.task?.name ?? "" };
  const template = useVersion(task, attempt.task?.version ?? "");
  const status = useStatus();
  useLive("limits", {
    seq: undefined,
    loose: true,
    refetch: limits.refetch,
  });
  const machine = status.data?.resources.memory_bytes.total ?? null;
  const asked = askedMemory(template.data?.template);
  const advice = adviseOn(attempt, asked, limits.data, machine);
  const waiting = limits.isPending || template.isPending;
  return (
    <div className={styles.raise}>
      <h2>{text.raise.title}</h2>
      <LoadingLine loading={waiting} />
      <Now {...props} asked={asked} limits={limits.data} />
      {limits.error && (
        <ErrorState
          title={words.state.unread(text.raise.unread)}
          error={limits.error}
          onRetry={() => void limits.refetch()}
        />
      )}
      {!waiting && advice && (
        <>
          {advice.needsFile && limits.data && <File execution={execution} limits={limits.data} advice={advice} />}
          {!advice.enough && (
            <section className={styles.step}>
              <h3>{text.raise.code}</h3>
              <CodeBlock code={pythonOf(advice.wanted)} what="Python" />
              <p className={styles.why}>
                {text.raise.codeWhy(
                  writeQuantity(advice.wanted.request),
                  writeQuantity(advice.wanted.limit),
                  bytes(Math.max(attempt.peak_memory_bytes ?? 0, attempt.limit?.memory_bytes ?? 0)),
                )}
                {advice.wanted.cut && machine !== null && ` ${text.raise.most(bytes(machine))}`}
              </p>
            </section>
          )}
          <Again run={run} execution={execution} enough={advice.enough || advice.byDefault} />
        </>
      )}
    </div>
  );
}
