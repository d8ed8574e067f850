import { useNodeData, useRunData } from "../../../api/runs";
import type { RunNode } from "../../../api/types";
import type { RunName } from "../../../base/kinds";
import { useText } from "../../../text";
import { hasEnded } from "../../../ui/phases";
import { Empty, ErrorState, LoadingLine } from "../../../ui/States";
import { LargeValues, largeOf } from "../values/LargeValues";
import { ValueList } from "../values/ValueList";

interface NodeValuesProps {
  run: RunName;
  node: RunNode;
}

function useData(run: RunName, node: RunNode) {
  const started = node.phase !== "NOT_STARTED";
  return useNodeData(run, node.id, node.phase, started);
}

/** What went into the execution that a node has started: an item of a map over a launch plan keeps none of its own. */
function ChildInputs({ child, state }: { child: RunName; state: string }) {
  const text = useText();
  const { data, isLoading } = useRunData(child, state);
  const large = largeOf(data?.inputs);
  return (
    <>
      <LoadingLine loading={isLoading} />
      {large && <LargeValues {...large} />}
      {data && !large && (
        <ValueList
          owner={{ run: child, node: null, side: "inputs" }}
          values={data.fullInputs}
          empty={text.values.noInputs}
        />
      )}
    </>
  );
}

/** What went into a node. */
export function NodeInputs({ run, node }: NodeValuesProps) {
  const text = useText();
  const { data, error, isLoading, refetch } = useData(run, node);
  const large = largeOf(data?.inputs);
  if (node.phase === "NOT_STARTED") return <Empty>{text.execution.panel.noAttempts}</Empty>;
  if (error)
    return <ErrorState title={text.state.unread(text.tab.inputs)} error={error} onRetry={() => void refetch()} />;
  const child = node.child_execution;
  if (child && data && !large && Object.keys(data.fullInputs?.literals ?? {}).length === 0)
    return <ChildInputs child={{ ...child, name: child.id }} state={node.phase} />;
  return (
    <>
      <LoadingLine loading={isLoading} />
      {large && <LargeValues {...large} />}
      {data && !large && (
        <ValueList
          owner={{ run, node: node.id, side: "inputs" }}
          values={data.fullInputs}
          empty={text.values.noInputs}
        />
      )}
    </>
  );
}

/** What came out of a node. */
export function NodeOutputs({ run, node }: NodeValuesProps) {
  const text = useText();
  const { data, error, isLoading, refetch } = useData(run, node);
  const ended = hasEnded(node.phase);
  const large = largeOf(data?.outputs);
  if (node.phase === "NOT_STARTED") return <Empty>{text.execution.panel.noAttempts}</Empty>;
  if (error)
    return <ErrorState title={text.state.unread(text.tab.outputs)} error={error} onRetry={() => void refetch()} />;
  return (
    <>
      <LoadingLine loading={isLoading} />
      {large && <LargeValues {...large} />}
      {data && !large && (
        <ValueList
          owner={{ run, node: node.id, side: "outputs" }}
          values={data.fullOutputs}
          empty={ended && node.phase !== "FAILED" ? text.values.noOutputs : text.values.notYet}
        />
      )}
    </>
  );
}
