import { lazy, Suspense } from "react";
import type { Run, RunAttempt } from "../../api/types";
import { href } from "../../base/address";
import type { RunName } from "../../base/kinds";
import { useText } from "../../text";
import { Button } from "../../ui/Button";
import { Command } from "../../ui/Copy";
import styles from "./Execution.module.css";
import { RaiseMemory } from "./raise/RaiseMemory";

const AwaitedBuild = lazy(() => import("./AwaitedBuild"));

/** The attempt that a story is about: the last of its node, or of its item. */
export function attemptOf({ attempts, story }: Pick<Run, "attempts" | "story">): RunAttempt | undefined {
  const of = attempts.filter(({ node, item }) => node === story.node && item === story.item);
  return of.find(({ attempt }) => attempt === story.attempt) ?? of.at(-1);
}

/** What can be done about what the sentence says. To relaunch stands above it already. */
export function StoryActions({ run, data }: { run: RunName; data: Run }) {
  const text = useText();
  const { story, execution } = data;
  const has = (action: string) => story.actions.includes(action);
  const attempt = has("raise_memory") ? attemptOf(data) : undefined;
  const { node, project, domain, execution: child, group, key, command } = story;
  const parts = [
    attempt && <RaiseMemory key="raise" run={run} execution={execution} attempt={attempt} />,
    has("build_image") && !story.wait && command && <Command key="image" command={command} />,
    story.wait?.code === "IMAGE_MISSING" && story.wait.reference && (
      <Suspense key="build">
        <AwaitedBuild reference={story.wait.reference} />
      </Suspense>
    ),
    has("set_secret") && group && key && <Command key="secret" command={`sandbox secrets set ${group} ${key}`} />,
    has("approve") && node && (
      <Button key="approve" size="small" href={href.execution(run, { node })}>
        {text.story.answer}
      </Button>
    ),
    has("open_child") && project && domain && child && (
      <Button key="child" size="small" href={href.execution({ project, domain, name: child })}>
        {text.execution.panel.child}
      </Button>
    ),
  ].filter(Boolean);
  if (parts.length === 0) return null;
  return <div className={styles.storyActions}>{parts}</div>;
}
