import { useVersion } from "../../api/entities";
import type { EntityName } from "../../base/kinds";
import { Differences } from "../../feature/diff/Differences";
import { places } from "../../feature/diff/diff";
import { useText } from "../../text";
import { useCompareText } from "../../text/compare";
import { version as shortVersion } from "../../text/format";
import { ErrorState, LoadingLine } from "../../ui/States";
import { versionShape } from "./shapes";

export interface VersionDifferencesProps {
  entity: EntityName;
  from: string;
  to: string;
  all?: boolean;
}

/** What differs between two versions of the same thing. */
export function VersionDifferences({ entity, from, to, all = false }: VersionDifferencesProps) {
  const text = useText();
  const words = useCompareText();
  const a = useVersion(entity, from);
  const b = useVersion(entity, to);
  const failed = a.error ? a : b.error ? b : null;
  if (failed)
    return (
      <ErrorState
        title={text.state.unread(words.versions)}
        error={failed.error}
        onRetry={() => void failed.refetch()}
      />
    );
  const names: [string, string] = [shortVersion(from), shortVersion(to)];
  return (
    <>
      {(a.isPending || b.isPending) && <LoadingLine loading />}
      {a.data && b.data && (
        <Differences
          label={words.changed(...names)}
          spots={places(versionShape(a.data), versionShape(b.data))}
          heads={names}
          names={names}
          all={all}
        />
      )}
    </>
  );
}
