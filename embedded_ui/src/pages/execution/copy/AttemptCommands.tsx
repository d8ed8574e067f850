import { useAttemptCommands } from "../../../api/commands";
import type { RunAttempt } from "../../../api/types";
import type { RunName } from "../../../base/kinds";
import { useText } from "../../../text";
import { useUsageText } from "../../../text/usage";
import { CodeBlock } from "../../../ui/CodeBlock";
import { ErrorState, LoadingLine } from "../../../ui/States";
import styles from "./Copy.module.css";
import { Reproduction } from "./Reproduction";

const SHOWN = ["logs", "follow", "shell", "run", "command"] as const;

/** What to type to look into one attempt, and to run it again. */
export default function AttemptCommands({ run, attempt }: { run: RunName; attempt: RunAttempt }) {
  const text = useText();
  const words = useUsageText().commands;
  const { data, error, isPending, refetch } = useAttemptCommands(run, attempt.node, attempt.attempt, attempt.phase);
  if (error)
    return <ErrorState title={text.state.unread(words.loading)} error={error} onRetry={() => void refetch()} />;
  if (isPending) return <LoadingLine loading />;
  return (
    <div className={styles.commands}>
      {SHOWN.map((id) => {
        const command = data?.[id];
        if (!command) return null;
        return (
          <div key={id} className={styles.row}>
            <span className={styles.label}>{words[id]}</span>
            <CodeBlock code={command} what={words[id]} />
            {id === "run" && <span className={styles.label}>{words.names}</span>}
          </div>
        );
      })}
      <h4>{words.reproduce}</h4>
      <Reproduction same={data?.reproduce ?? null} />
    </div>
  );
}
