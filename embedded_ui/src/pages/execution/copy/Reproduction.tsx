import { usePods } from "../../../api/pods";
import type { RunAttempt } from "../../../api/types";
import { containersOf } from "../../../feature/runs/pods";
import { useText } from "../../../text";
import { useUsageText } from "../../../text/usage";
import { CodeBlock } from "../../../ui/CodeBlock";
import { type Fact, Facts } from "../../../ui/Page";
import { Empty, ErrorState, LoadingLine } from "../../../ui/States";
import styles from "./Copy.module.css";
import { primaryOf, reproductionOf } from "./reproduce";

/** The container of an attempt to be run again by hand, and what is then not the same. */
export function Reproduction({ attempt }: { attempt: RunAttempt }) {
  const text = useText();
  const words = useUsageText().commands;
  const { data, error, isPending, refetch } = usePods(attempt.ns ?? null);
  if (error)
    return <ErrorState title={text.state.unread(words.reproduce)} error={error} onRetry={() => void refetch()} />;
  if (isPending) return <LoadingLine loading />;
  const containers = containersOf(data?.pods.find(({ name }) => name === attempt.pod) ?? ({} as never));
  const container = primaryOf(containers);
  if (!container) return <Empty>{words.reproduceNone}</Empty>;
  const same = reproductionOf(attempt, container);
  const code = (value: string) => <code className={styles.value}>{value}</code>;
  const facts: Fact[] = [
    { id: "image", label: words.sameImage, value: code(same.image) },
    ...(same.archive ? [{ id: "code", label: words.sameCode, value: code(same.archive) }] : []),
    ...(same.inputs ? [{ id: "inputs", label: words.sameInputs, value: code(same.inputs) }] : []),
  ];
  return (
    <>
      <p className={styles.note}>{words.reproduceNote}</p>
      <CodeBlock code={same.command} what={words.reproduce} />
      <Facts stacked facts={facts} />
      <h3>{words.cannot}</h3>
      <ul className={styles.notes}>
        <li>{words.cannotTime}</li>
        <li>{words.cannotCache}</li>
        <li>{same.archive === null && same.inputs === null ? words.cannotFiles : words.cannotOutputs}</li>
        {same.variables.length > 0 && <li>{words.cannotVariables(same.variables.join(", "))}</li>}
      </ul>
    </>
  );
}
