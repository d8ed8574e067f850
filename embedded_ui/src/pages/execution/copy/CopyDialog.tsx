import { useQuery } from "@tanstack/react-query";
import { X } from "lucide-react";
import { useAttemptCommands, useRunCommands } from "../../../api/commands";
import { readExecution, readLaunchables, readRunInputs } from "../../../api/launch";
import { useOneNode } from "../../../api/runs";
import type { Run, RunAttempt } from "../../../api/types";
import type { RunName } from "../../../base/kinds";
import { useText } from "../../../text";
import { useUsageText } from "../../../text/usage";
import { Button } from "../../../ui/Button";
import { CodeBlock } from "../../../ui/CodeBlock";
import { Command } from "../../../ui/Copy";
import { Dialog } from "../../../ui/Popover";
import { Empty, ErrorState, LoadingLine } from "../../../ui/States";
import { useStoryAttempt } from "../story-attempt";
import { attemptName, nodeNames } from "../tabs/attempts";
import styles from "./Copy.module.css";
import { curlOf, flytectlFile, flytectlFileCommand, type Launched, launchedOf, pyflyteOf, pythonOf } from "./copies";
import { Reproduction } from "./Reproduction";

export type CopyKind = "pyflyte" | "flytectl" | "python" | "curl" | "reproduce";

function useLaunched(run: RunName) {
  return useQuery({
    queryKey: ["launched", run],
    queryFn: async ({ signal }) => {
      const [execution, inputs] = await Promise.all([readExecution(run, signal), readRunInputs(run, signal)]);
      const launched = launchedOf(execution, inputs.literals ?? {});
      if (!launched) return null;
      const { kind, project, domain, what, version } = launched;
      const [launchable] = await readLaunchables({ kind, project, domain, name: what }, version, signal);
      const types = Object.fromEntries((launchable?.inputs ?? []).map(({ name, type }) => [name, type]));
      return { ...launched, types };
    },
  });
}

function Flytectl({ run, launched }: { run: RunName; launched: Launched }) {
  const words = useUsageText().commands;
  const { data } = useRunCommands(run);
  const { file, left } = flytectlFile(launched);
  return (
    <>
      <p className={styles.note}>{words.flytectlNote}</p>
      {data && <CodeBlock code={data.flytectl} what={words.flytectl} />}
      <h3>{words.flytectlYaml}</h3>
      <p className={styles.note}>{words.yamlNote}</p>
      <CodeBlock code={file} what="YAML" />
      {left.length > 0 && <p className={styles.note}>{words.yamlNot(left.join(", "))}</p>}
      <Command command={flytectlFileCommand(launched)} />
    </>
  );
}

function Shown({ kind, run, launched }: { kind: Exclude<CopyKind, "reproduce">; run: RunName; launched: Launched }) {
  const words = useUsageText().commands;
  if (kind === "flytectl") return <Flytectl run={run} launched={launched} />;
  const note = { pyflyte: words.pyflyteNote, python: words.pythonNote, curl: words.curlNote }[kind];
  const code =
    kind === "pyflyte"
      ? pyflyteOf(launched)
      : kind === "python"
        ? pythonOf(launched, location.host)
        : curlOf(launched, location.origin);
  return (
    <>
      <p className={styles.note}>{note}</p>
      <CodeBlock code={code} what={words[kind]} />
    </>
  );
}

/** The attempt that is repeated: the one that the story is about, else the last that had a container, else an item's. */
function useAttemptToRepeat(run: RunName, data: Run): RunAttempt | undefined {
  const told = useStoryAttempt(run, data);
  const had = ({ pod, image }: RunAttempt) => pod !== undefined && image !== undefined;
  const own = told && had(told) ? told : data.attempts.findLast(had);
  const array = data.nodes.find(({ items }) => (items?.total ?? 0) > 0);
  const first = useOneNode(run, array?.id ?? "", 0, own === undefined && array !== undefined);
  return own ?? first.data?.attempts.findLast(had);
}

function RepeatAttempt({ run, data, attempt }: { run: RunName; data: Run; attempt: RunAttempt }) {
  const text = useText();
  const words = useUsageText().commands;
  const commands = useAttemptCommands(run, attempt.node, attempt.attempt, attempt.phase);
  if (commands.error)
    return (
      <ErrorState
        title={text.state.unread(words.reproduce)}
        error={commands.error}
        onRetry={() => void commands.refetch()}
      />
    );
  if (commands.isPending) return <LoadingLine loading />;
  return (
    <>
      {(data.attempts.length > 1 || attempt.item !== undefined) && (
        <p className={styles.note}>{words.ofNode(attemptName(nodeNames(data), attempt, attempt.attempt > 0))}</p>
      )}
      <Reproduction same={commands.data.reproduce} />
    </>
  );
}

function Repeat({ run, data }: { run: RunName; data: Run }) {
  const words = useUsageText().commands;
  const attempt = useAttemptToRepeat(run, data);
  return attempt ? <RepeatAttempt run={run} data={data} attempt={attempt} /> : <Empty>{words.reproduceNone}</Empty>;
}

/** An execution as a command of one kind, to be copied. */
export default function CopyDialog(props: { run: RunName; data: Run; kind: CopyKind; onClose: () => void }) {
  const { run, data, kind, onClose } = props;
  const text = useText();
  const words = useUsageText().commands;
  const launched = useLaunched(run);
  return (
    <Dialog open onClose={onClose} label={words.label(words[kind])}>
      <div className={styles.dialog}>
        <div className={styles.head}>
          <h2>{words[kind]}</h2>
          <Button kind="icon" label={text.act.close} onPress={onClose}>
            <X size={16} strokeWidth={1.75} />
          </Button>
        </div>
        <LoadingLine loading={kind !== "reproduce" && launched.isPending} />
        {kind === "reproduce" ? (
          <Repeat run={run} data={data} />
        ) : launched.error ? (
          <ErrorState
            title={text.state.unread(words.loading)}
            error={launched.error}
            onRetry={() => void launched.refetch()}
          />
        ) : (
          launched.data && <Shown kind={kind} run={run} launched={launched.data} />
        )}
      </div>
    </Dialog>
  );
}
