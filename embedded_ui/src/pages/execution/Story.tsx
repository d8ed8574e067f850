import type { ReactNode } from "react";
import type { RunExecution, RunNode, Story as StoryData } from "../../api/types";
import type { RunName } from "../../base/kinds";
import { aboutNode, executionLink, NodeLink, WaitSentence } from "../../feature/runs/Words";
import { amountOf } from "../../feature/runs/waits";
import { useText } from "../../text";
import { bytes, count, duration } from "../../text/format";
import { hasEnded } from "../../ui/phases";
import { Sentence } from "../../ui/Sentence";
import { Duration } from "../../ui/Time";
import styles from "./Execution.module.css";

type Values = Record<string, ReactNode>;

interface StoryProps {
  run: RunName;
  execution: RunExecution;
  story: StoryData;
}

function failureValues(run: RunName, story: StoryData): Values {
  return {
    node: aboutNode(run, story),
    used: bytes(story.used_bytes ?? 0),
    limit: story.limit_ms === undefined ? bytes(story.limit_bytes ?? 0) : duration(story.limit_ms),
    type: <b>{story.type ?? ""}</b>,
    message: story.message ?? "",
    reason: story.reason ?? "",
    code: story.exit_code ?? "",
    group: story.group ?? "",
    key: story.key ?? "",
    needs: amountOf(story.resource, story.needs),
    total: amountOf(story.resource, story.total),
    image: story.image ?? "",
    name: (story.outputs ?? []).join(", "),
    execution: executionLink(story),
  };
}

function Failure({ run, story }: { run: RunName; story: StoryData }) {
  const text = useText();
  const kind = story.code.slice("failed.".length);
  const attempts = story.attempts ?? 1;
  const once = kind === "oom" && attempts <= 1;
  const template = text.story.failed[once ? "oomOnce" : kind];
  if (!template) return <>{story.text}</>;
  return <Sentence template={template} values={{ ...failureValues(run, story), nth: text.story.ordinal(attempts) }} />;
}

function Running({ run, execution, story }: StoryProps) {
  const text = useText();
  const { done = 0, total = 0, names = [] } = story;
  const shown = names.slice(0, 3).join(", ") + (names.length > 3 ? "…" : "");
  const template =
    total === 0
      ? text.story.running
      : names.length === 0
        ? text.story.runningCounted
        : names.length === 1
          ? text.story.runningOne
          : text.story.runningMany;
  const values = {
    d: <Duration since={story.started_at ?? execution.started_at} />,
    done: count(done),
    total: count(total),
    names: story.node && names.length === 1 ? <NodeLink run={run} node={story.node} name={shown} /> : shown,
  };
  return <Sentence template={template} values={values} />;
}

function Words({ run, execution, story }: StoryProps) {
  const text = useText();
  const ended = hasEnded(execution.phase);
  const since = story.started_at ?? execution.started_at;
  const d = ended ? <Duration ms={story.duration_ms ?? execution.duration_ms} /> : <Duration since={since} />;
  const { code } = story;
  if (code === "running") return <Running run={run} execution={execution} story={story} />;
  if (code.startsWith("wait.") && story.wait) {
    const about = { ...(story.node ? { node: story.node } : {}), ...(story.display ? { display: story.display } : {}) };
    return <WaitSentence run={run} wait={{ ...story.wait, ...about }} />;
  }
  if (code === "ok") {
    const { cached = 0, total = 0 } = story;
    const template = cached > 0 ? text.story.okCached : text.story.ok;
    return <Sentence template={template} values={{ d, n: count(cached), m: count(total) }} />;
  }
  if (code === "aborted") {
    const template = story.reason ? text.story.aborted : text.story.abortedSilently;
    return (
      <Sentence
        template={template}
        values={{ d, who: story.who ? text.story.by(story.who) : "", reason: story.reason ?? "" }}
      />
    );
  }
  if (code.startsWith("failed."))
    return (
      <>
        <Sentence template={ended ? text.story.failedAfter : text.story.failingAfter} values={{ d }} />{" "}
        <Failure run={run} story={story} />
      </>
    );
  return <>{story.text}</>;
}

/** How many nodes wait for their turn, and how many run at once. */
export function waitingForTurn(nodes: readonly RunNode[]): { n: number; max: number } {
  const waits = nodes.filter(({ wait }) => wait?.code === "PARALLELISM");
  return { n: waits.length, max: waits[0]?.wait?.limit ?? 0 };
}

/** The sentence on top: what happened, or what it waits for. */
export function Story(props: StoryProps & { nodes: readonly RunNode[] }) {
  const text = useText();
  const behind = props.story.behind ?? 0;
  const turn = waitingForTurn(props.story.code === "running" ? props.nodes : []);
  return (
    <p className={styles.story}>
      <Words {...props} />
      {turn.n > 0 && ` ${text.story.turn(turn.n, turn.max)}`}
      {behind > 0 && ` ${text.story.behind(behind)}`}
    </p>
  );
}
