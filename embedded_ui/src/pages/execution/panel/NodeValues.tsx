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

interface ShownProps {
  owner: { run: RunName; node: string | null; side: "inputs" | "outputs" };
  read: Pick<
    ReturnType<typeof useNodeData> | ReturnType<typeof useRunData>,
    "data" | "error" | "isLoading" | "refetch"
  >;
  empty: string;
}

/** The values of one side, however large, or why they cannot be shown. */
function Shown({ owner, read: { data, error, isLoading, refetch }, empty }: ShownProps) {
  const text = useText();
  const { side } = owner;
  const large = largeOf(data?.[side]);
  if (error)
    return <ErrorState title={text.state.unread(text.tab[side])} error={error} onRetry={() => void refetch()} />;
  const values = side === "inputs" ? data?.fullInputs : data?.fullOutputs;
  return (
    <>
      <LoadingLine loading={isLoading} />
      {large && <LargeValues {...large} />}
      {data && !large && <ValueList owner={owner} values={values} empty={empty} />}
    </>
  );
}

/** What went into the execution that a node has started: an item of a map over a launch plan keeps none of its own. */
function ChildInputs({ child, state }: { child: RunName; state: string }) {
  const text = useText();
  const read = useRunData(child, state);
  return <Shown owner={{ run: child, node: null, side: "inputs" }} read={read} empty={text.values.noInputs} />;
}

/** What went into a node. */
export function NodeInputs({ run, node }: NodeValuesProps) {
  const text = useText();
  const read = useData(run, node);
  if (node.phase === "NOT_STARTED") return <Empty>{text.execution.panel.noAttempts}</Empty>;
  const { child_execution: child } = node;
  const { data } = read;
  if (child && data && !largeOf(data.inputs) && Object.keys(data.fullInputs?.literals ?? {}).length === 0)
    return <ChildInputs child={{ ...child, name: child.id }} state={node.phase} />;
  return <Shown owner={{ run, node: node.id, side: "inputs" }} read={read} empty={text.values.noInputs} />;
}

/** What came out of a node. */
export function NodeOutputs({ run, node }: NodeValuesProps) {
  const text = useText();
  const read = useData(run, node);
  if (node.phase === "NOT_STARTED") return <Empty>{text.execution.panel.noAttempts}</Empty>;
  const none = hasEnded(node.phase) && node.phase !== "FAILED" ? text.values.noOutputs : text.values.notYet;
  return <Shown owner={{ run, node: node.id, side: "outputs" }} read={read} empty={none} />;
}
