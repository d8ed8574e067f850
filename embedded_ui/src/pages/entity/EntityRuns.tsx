import type { ExecutionFilters } from "../../api/executions";
import type { EntityName } from "../../base/kinds";
import { ExecutionRows } from "../../feature/runs/ExecutionRows";
import { useExecutionRows } from "../../feature/runs/use-rows";
import { useText } from "../../text";
import { Empty, ErrorState, LoadingLine } from "../../ui/States";

/** The runs of all versions of an entity, or of one. */
export function useEntityRuns(entity: EntityName, version?: string) {
  const filters: ExecutionFilters = { kind: entity.kind, what: entity.name, exactly: version };
  return useExecutionRows({ project: entity.project, domain: entity.domain }, filters);
}

export function EntityRuns({ runs, label }: { runs: ReturnType<typeof useEntityRuns>; label: string }) {
  const text = useText();
  const { query, rows, list } = runs;
  return (
    <div ref={list}>
      <LoadingLine loading={query.isPending} />
      {query.error && !query.data && (
        <ErrorState
          title={text.state.unread(text.nav.executions)}
          error={query.error}
          onRetry={() => void query.refetch()}
        />
      )}
      {query.data && rows.length === 0 && <Empty>{text.entities.noRuns}</Empty>}
      {rows.length > 0 && (
        <ExecutionRows
          rows={rows}
          label={label}
          without="what"
          {...(query.hasNextPage && !query.isFetchingNextPage ? { onEnd: () => void query.fetchNextPage() } : {})}
        />
      )}
    </div>
  );
}

/** The runs of one version. */
export function VersionRuns({ entity, version }: { entity: EntityName; version: string }) {
  const text = useText();
  return <EntityRuns runs={useEntityRuns(entity, version)} label={text.entities.lastRuns} />;
}
