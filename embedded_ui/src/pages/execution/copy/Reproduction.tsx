import type { Reproduction as Same } from "../../../api/types";
import { useUsageText } from "../../../text/usage";
import { CodeBlock } from "../../../ui/CodeBlock";
import { type Fact, Facts } from "../../../ui/Page";
import { Empty } from "../../../ui/States";
import styles from "./Copy.module.css";

/** The container of an attempt to be run again by hand, and what is then not the same. */
export function Reproduction({ same }: { same: Same | null }) {
  const words = useUsageText().commands;
  if (!same) return <Empty>{words.reproduceNone}</Empty>;
  const fact = (id: string, label: string, value: string | null): Fact[] =>
    value === null ? [] : [{ id, label, value: <code className={styles.value}>{value}</code> }];
  const notes: Record<string, string> = {
    time: words.cannotTime,
    cache: words.cannotCache,
    files: words.cannotFiles,
    outputs: words.cannotOutputs,
    variables: words.cannotVariables(same.variables.join(", ")),
  };
  return (
    <>
      <p className={styles.note}>{words.reproduceNote}</p>
      <CodeBlock code={same.docker_run} what={words.reproduce} />
      <Facts
        stacked
        facts={[
          ...fact("image", words.sameImage, same.image_id ?? same.image),
          ...fact("code", words.sameCode, same.code_archive_uri),
          ...fact("inputs", words.sameInputs, same.inputs_uri),
        ]}
      />
      <h3>{words.cannot}</h3>
      <ul className={styles.notes}>
        {same.notes.map((name) => (
          <li key={name}>{notes[name] ?? name}</li>
        ))}
      </ul>
    </>
  );
}
