import { useRunData } from "../../../api/runs";
import type { Run } from "../../../api/types";
import type { RunName } from "../../../base/kinds";
import { Literals } from "../../../feature/literal/Literals";
import { useText } from "../../../text";
import { Section } from "../../../ui/Page";
import { hasEnded } from "../../../ui/phases";
import { ErrorState, LoadingLine } from "../../../ui/States";
import styles from "./Tabs.module.css";

/** What went into a run and what came out of it. */
export function ValuesTab({ run, data: { execution } }: { run: RunName; data: Run }) {
  const text = useText();
  const { data, error, isPending, refetch } = useRunData(run, execution.phase);
  if (error)
    return <ErrorState title={text.state.unread(text.tab.values)} error={error} onRetry={() => void refetch()} />;
  const ended = hasEnded(execution.phase);
  return (
    <>
      <LoadingLine loading={isPending} />
      {data && (
        <div className={styles.columns}>
          <Section title={text.values.inputs}>
            <Literals values={data.fullInputs} empty={text.values.noInputs} />
          </Section>
          <Section title={text.values.outputs}>
            <Literals
              values={data.fullOutputs}
              empty={ended && execution.phase === "SUCCEEDED" ? text.values.noOutputs : text.values.notYet}
            />
          </Section>
        </div>
      )}
    </>
  );
}
