import type { Version } from "../../api/entities";
import type { EntityName } from "../../base/kinds";
import { useQueryValues } from "../../base/query";
import { useCompareText } from "../../text/compare";
import { version as shortVersion } from "../../text/format";
import { Choice } from "../../ui/Menu";
import { VersionDifferences } from "../compare/VersionDifferences";
import styles from "./Entity.module.css";

const SHOWN = 50;

export interface VersionChangesProps {
  entity: EntityName;
  version: string;
  /** The version that was registered before it: what it is compared with unless another one is chosen. */
  before: string;
  versions: readonly Version[];
}

/** What a version changed, against the one before it or any other. */
export default function VersionChanges({ entity, version, before, versions }: VersionChangesProps) {
  const words = useCompareText();
  const [query, change] = useQueryValues();
  const asked = query.get("with");
  const from = versions.some((each) => each.version === asked) && asked !== null ? asked : before;
  const others = versions.filter((each) => each.version !== version).slice(0, SHOWN);
  return (
    <div className={styles.stack}>
      {others.length > 1 && (
        <span className={styles.bar}>
          <span className={styles.muted}>{words.with}</span>
          <Choice
            size="small"
            label={words.with}
            selected={[from]}
            items={others.map((each) => ({ id: each.version, label: shortVersion(each.version) }))}
            onChange={([to]) => to && change({ with: to === before ? null : to })}
          >
            {shortVersion(from)}
          </Choice>
        </span>
      )}
      <VersionDifferences entity={entity} from={from} to={version} />
    </div>
  );
}
