import { useNodeData } from "../../../api/runs";
import type { RunNode } from "../../../api/types";
import type { RunName } from "../../../base/kinds";
import { Literals } from "../../../feature/literal/Literals";
import { useText } from "../../../text";
import { hasEnded } from "../../../ui/phases";
import { Empty, ErrorState, LoadingLine } from "../../../ui/States";

interface NodeValuesProps {
  run: RunName;
  node: RunNode;
}

const address = (run: RunName, node: string, what: string, name: string): string =>
  `flyte://v1/${run.project}/${run.domain}/${run.name}/${node}/${what}/${name}`;

function useData(run: RunName, node: RunNode) {
  const started = node.phase !== "NOT_STARTED";
  return useNodeData(run, node.id, node.phase, started);
}

/** What went into a node. */
export function NodeInputs({ run, node }: NodeValuesProps) {
  const text = useText();
  const { data, error, isLoading, refetch } = useData(run, node);
  if (node.phase === "NOT_STARTED") return <Empty>{text.execution.panel.noAttempts}</Empty>;
  if (error)
    return <ErrorState title={text.state.unread(text.tab.inputs)} error={error} onRetry={() => void refetch()} />;
  return (
    <>
      <LoadingLine loading={isLoading} />
      {data && (
        <Literals
          values={data.fullInputs}
          empty={text.values.noInputs}
          addressOf={(name) => address(run, node.id, "i", name)}
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
  if (node.phase === "NOT_STARTED") return <Empty>{text.execution.panel.noAttempts}</Empty>;
  if (error)
    return <ErrorState title={text.state.unread(text.tab.outputs)} error={error} onRetry={() => void refetch()} />;
  return (
    <>
      <LoadingLine loading={isLoading} />
      {data && (
        <Literals
          values={data.fullOutputs}
          empty={ended && node.phase !== "FAILED" ? text.values.noOutputs : text.values.notYet}
          addressOf={(name) => address(run, node.id, "o", name)}
        />
      )}
    </>
  );
}
