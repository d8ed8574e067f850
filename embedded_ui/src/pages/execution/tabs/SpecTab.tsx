import { useRawExecution } from "../../../api/runs";
import type { RunName } from "../../../base/kinds";
import { jsonTree } from "../../../feature/literal/read";
import { useText } from "../../../text";
import { Copy } from "../../../ui/Copy";
import { later } from "../../../ui/later";
import { ErrorState, LoadingLine } from "../../../ui/States";
import { Value } from "../../../ui/Value";

const InForce = later(() => import("./InForce"), <LoadingLine loading />);

/** The settings in force, and the execution as upstream's API tells it. */
export function SpecTab({ run }: { run: RunName }) {
  const text = useText();
  const { data, error, isPending, refetch } = useRawExecution(run);
  if (error)
    return <ErrorState title={text.state.unread(text.tab.spec)} error={error} onRetry={() => void refetch()} />;
  return (
    <>
      <LoadingLine loading={isPending} />
      {data && (
        <InForce run={run}>
          <Copy text={JSON.stringify(data, null, 2)} what="JSON" />
          <Value tree={jsonTree(data)} />
        </InForce>
      )}
    </>
  );
}
