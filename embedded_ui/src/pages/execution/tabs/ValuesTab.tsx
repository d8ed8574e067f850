import { useRunData } from "../../../api/runs";
import type { Run } from "../../../api/types";
import type { RunName } from "../../../base/kinds";
import { useText } from "../../../text";
import { Section } from "../../../ui/Page";
import { hasEnded } from "../../../ui/phases";
import { ErrorState, LoadingLine } from "../../../ui/States";
import { LargeValues, largeOf } from "../values/LargeValues";
import { ValueList } from "../values/ValueList";
import styles from "./Tabs.module.css";

/** What went into a run and what came out of it. */
export function ValuesTab({ run, data: { execution } }: { run: RunName; data: Run }) {
  const text = useText();
  const { data, error, isPending, refetch } = useRunData(run, execution.phase);
  if (error)
    return <ErrorState title={text.state.unread(text.tab.values)} error={error} onRetry={() => void refetch()} />;
  const ended = hasEnded(execution.phase);
  const large = { inputs: largeOf(data?.inputs), outputs: largeOf(data?.outputs) };
  return (
    <>
      <LoadingLine loading={isPending} />
      {data && (
        <div className={styles.columns}>
          <Section title={text.values.inputs}>
            {large.inputs ? (
              <LargeValues {...large.inputs} />
            ) : (
              <ValueList
                owner={{ run, node: null, side: "inputs" }}
                values={data.fullInputs}
                empty={text.values.noInputs}
              />
            )}
          </Section>
          <Section title={text.values.outputs}>
            {large.outputs ? (
              <LargeValues {...large.outputs} />
            ) : (
              <ValueList
                owner={{ run, node: null, side: "outputs" }}
                values={data.fullOutputs}
                empty={ended && execution.phase === "SUCCEEDED" ? text.values.noOutputs : text.values.notYet}
              />
            )}
          </Section>
        </div>
      )}
    </>
  );
}
