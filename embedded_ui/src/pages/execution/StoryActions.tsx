import type { Run } from "../../api/types";
import { href } from "../../base/address";
import type { RunName } from "../../base/kinds";
import { useQueryValues } from "../../base/query";
import { useText } from "../../text";
import { Button } from "../../ui/Button";
import { Command } from "../../ui/Copy";
import { later } from "../../ui/later";
import styles from "./Execution.module.css";
import { RaiseMemory } from "./raise/RaiseMemory";
import { useStoryAttempt } from "./story-attempt";

const AwaitedBuild = later(() => import("./AwaitedBuild"));

/** What can be done about what the sentence says. To relaunch stands above it already. */
export function StoryActions({ run, data }: { run: RunName; data: Run }) {
  const text = useText();
  const { story, execution } = data;
  const [query] = useQueryValues();
  const has = (action: string) => story.actions.includes(action);
  const killed = useStoryAttempt(run, data);
  const attempt = has("raise_memory") ? killed : undefined;
  const { node, project, domain, execution: child, group, key, command } = story;
  const parts = [
    attempt && <RaiseMemory key="raise" run={run} execution={execution} attempt={attempt} open={query.has("raise")} />,
    has("build_image") && !story.wait && command && <Command key="image" command={command} />,
    story.wait?.code === "IMAGE_MISSING" && story.wait.reference && (
      <AwaitedBuild key="build" reference={story.wait.reference} />
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
