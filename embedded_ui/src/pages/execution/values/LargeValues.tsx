import { useState } from "react";
import { useValuePart } from "../../../api/objects";
import { literalTree } from "../../../feature/literal/read";
import { bytes } from "../../../text/format";
import { useStoredText as useText } from "../../../text/stored";
import { Button } from "../../../ui/Button";
import { ErrorState, LoadingLine } from "../../../ui/States";
import { Value } from "../../../ui/Value";
import styles from "./Values.module.css";

const FIRST = 200;

/** One value, and more of it on demand. */
function Part({ uri, name }: { uri: string; name: string }) {
  const text = useText();
  const [limit, setLimit] = useState(FIRST);
  const path = `/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`;
  const { data, error, isPending, refetch } = useValuePart(uri, path, limit);
  if (error) return <ErrorState title={text.state.unread(name)} error={error} onRetry={() => void refetch()} />;
  const more = data !== undefined && data.total > limit;
  return (
    <div className={styles.part}>
      <div className={styles.partHead}>
        <span>{name}</span>
        {more && <span className={styles.amount}>{text.stored.values.parts(limit, data.total)}</span>}
        {more && limit < 5000 && (
          <Button size="small" onPress={() => setLimit(Math.min(5000, limit * 5))}>
            {text.stored.values.morePart}
          </Button>
        )}
      </div>
      <LoadingLine loading={isPending} />
      {data && <Value tree={literalTree(data.literal)} />}
    </div>
  );
}

/** Values that are too large to be sent whole: the beginning of each. */
export function LargeValues({ uri, size }: { uri: string; size: number }) {
  const text = useText();
  const { data, error, isPending, refetch } = useValuePart(uri, "", FIRST);
  if (error)
    return <ErrorState title={text.state.unread(text.tab.values)} error={error} onRetry={() => void refetch()} />;
  const names = Object.keys(data?.literal.map?.literals ?? {}).sort((a, b) => a.localeCompare(b));
  return (
    <>
      <LoadingLine loading={isPending} />
      <p className={styles.amount}>{text.stored.values.large(bytes(size))}</p>
      {names.map((name) => (
        <Part key={name} uri={uri} name={name} />
      ))}
    </>
  );
}

/** The link to values instead of themselves, as the API has it for large ones. */
export const largeOf = (link: { url?: string; bytes?: string } | undefined): { uri: string; size: number } | null =>
  link?.url?.startsWith("s3://") ? { uri: link.url, size: Number(link.bytes ?? 0) } : null;
