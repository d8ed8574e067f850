import { useQuery } from "@tanstack/react-query";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useRef, useState } from "react";
import { itemsQuery } from "../../../api/runs";
import { useQueryValues } from "../../../base/query";
import { useText } from "../../../text";
import { Phase } from "../../../ui/Phase";
import { ErrorState, LoadingLine } from "../../../ui/States";
import { Duration } from "../../../ui/Time";
import { groupOf, groupsIn, tally } from "../nodes/filter";
import { GroupButtons } from "../nodes/GroupButtons";
import { rowLength, rowPhase } from "../nodes/items";
import { LiveItems } from "../nodes/LiveItems";
import styles from "./Panel.module.css";
import type { Selection } from "./selection";

const ROW = 33;

const focus = (button: HTMLElement | null) => button?.focus({ preventScroll: true });

/** Arrows go from one item to the next. */
function walk(event: React.KeyboardEvent<HTMLElement>): void {
  const at = event.target instanceof HTMLElement ? event.target.closest("li") : null;
  const next = { ArrowDown: at?.nextElementSibling, ArrowUp: at?.previousElementSibling }[event.key];
  if (!next) return;
  event.preventDefault();
  next.querySelector("button")?.focus();
}

/** The field that leads to the item of a number. */
function Jump({ total, onJump }: { total: number; onJump: (item: number) => void }) {
  const { jump } = useText().execution.panel;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        onJump(Number(new FormData(event.currentTarget).get("item")));
      }}
    >
      <input name="item" type="number" required min={0} max={total - 1} aria-label={jump} placeholder={jump} />
    </form>
  );
}

/** The items of an array, those that failed first; each leads to its own panel. Query: `items`, groups of phases. */
export function Items({ selection }: { selection: Selection }) {
  const { run, node, name } = selection;
  const text = useText();
  const [query, change] = useQueryValues();
  const scroller = useRef<HTMLDivElement>(null);
  const [sought, setSought] = useState<number | null>(null);
  const { data, error, isPending, refetch } = useQuery(itemsQuery(run, node.id));
  const total = node.items?.total ?? 0;
  const left = total - (data?.items.length ?? 0);
  const rows = (data?.items ?? []).map((item) => ({ node, item, stack: null, attempts: [] }));
  const groups = groupsIn(query.get("items"));
  const shown = rows.filter((row) => groups.length === 0 || groups.includes(groupOf({ phase: rowPhase(row) })));
  const virtual = useVirtualizer({
    count: shown.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    overscan: 12,
    getItemKey: (index) => shown[index]?.item.item ?? index,
  });
  const open = (item: number) => change({ item, attempt: null, line: null, panel: null }, { push: true });
  const jump = (item: number) => {
    const index = shown.findIndex((row) => row.item.item === item);
    if (index < 0) return open(item);
    setSought(item);
    virtual.scrollToIndex(index, { align: "center" });
  };
  if (error) return <ErrorState title={text.state.unread(name)} error={error} onRetry={() => void refetch()} />;
  return (
    <>
      <div className={styles.itemsBar}>
        <GroupButtons word="items" numbers={tally(rows.map((row) => [rowPhase(row), 1]))} />
        <Jump total={total} onJump={jump} />
      </div>
      <div ref={scroller} className={styles.scroll}>
        <LiveItems run={run} array={node} />
        <LoadingLine loading={isPending} />
        <ul
          className={styles.items}
          style={{ height: virtual.getTotalSize() }}
          aria-label={text.tab.items}
          onKeyDown={walk}
        >
          {virtual.getVirtualItems().map(({ index, key, start }) => {
            const row = shown[index];
            if (!row) return null;
            const { item } = row.item;
            return (
              <li key={key} style={{ height: ROW, transform: `translateY(${start}px)` }}>
                <button
                  type="button"
                  ref={item === sought ? focus : null}
                  className={styles.item}
                  onBlur={() => setSought(null)}
                  onClick={() => open(item)}
                >
                  <span className={styles.id}>[{item}]</span>
                  <Phase phase={rowPhase(row)} />
                  <Duration {...rowLength(row)} />
                </button>
              </li>
            );
          })}
        </ul>
        {data && left > 0 && <p className={styles.reason}>{text.execution.panel.itemsLeft(left)}</p>}
      </div>
    </>
  );
}
