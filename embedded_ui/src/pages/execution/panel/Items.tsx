import { useQuery } from "@tanstack/react-query";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useRef } from "react";
import { itemsQuery } from "../../../api/runs";
import { useQueryValues } from "../../../base/query";
import { useText } from "../../../text";
import { Phase } from "../../../ui/Phase";
import { ErrorState, LoadingLine } from "../../../ui/States";
import { Duration } from "../../../ui/Time";
import { rowLength, rowPhase } from "../nodes/items";
import { LiveItems } from "../nodes/LiveItems";
import styles from "./Panel.module.css";
import type { Selection } from "./selection";

const ROW = 33;

/** The items of an array, those that failed first; each leads to its own panel. */
export function Items({ selection }: { selection: Selection }) {
  const { run, node, name } = selection;
  const text = useText();
  const [, change] = useQueryValues();
  const scroller = useRef<HTMLDivElement>(null);
  const { data, error, isPending, refetch } = useQuery(itemsQuery(run, node.id));
  const items = data?.items ?? [];
  const left = (node.items?.total ?? 0) - items.length;
  const virtual = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    overscan: 12,
    getItemKey: (index) => items[index]?.item ?? index,
  });
  if (error) return <ErrorState title={text.state.unread(name)} error={error} onRetry={() => void refetch()} />;
  return (
    <div ref={scroller} className={styles.scroll}>
      <LiveItems run={run} array={node} />
      <LoadingLine loading={isPending} />
      <ul className={styles.items} style={{ height: virtual.getTotalSize() }} aria-label={text.tab.items}>
        {virtual.getVirtualItems().map(({ index, key, start }) => {
          const item = items[index];
          if (!item) return null;
          const row = { node, item, stack: null, attempts: [] };
          return (
            <li key={key} style={{ height: ROW, transform: `translateY(${start}px)` }}>
              <button
                type="button"
                className={styles.item}
                onClick={() => change({ item: item.item, attempt: null, line: null, panel: null }, { push: true })}
              >
                <span className={styles.id}>[{item.item}]</span>
                <Phase phase={rowPhase(row)} />
                <Duration {...rowLength(row)} />
              </button>
            </li>
          );
        })}
      </ul>
      {data && left > 0 && <p className={styles.reason}>{text.execution.panel.itemsLeft(left)}</p>}
    </div>
  );
}
