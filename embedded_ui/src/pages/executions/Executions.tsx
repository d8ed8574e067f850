import { useMemo, useRef, useState } from "react";
import { applyToStrip, useStrip } from "../../api/executions";
import type { ExecutionRow } from "../../api/types";
import { href, queryString } from "../../base/address";
import { serverNow } from "../../base/clock";
import type { Place } from "../../base/kinds";
import { useQueryValues } from "../../base/query";
import { barsOf } from "../../feature/runs/bars";
import { ExecutionRows } from "../../feature/runs/ExecutionRows";
import { runsOf, useExecutionRows } from "../../feature/runs/use-rows";
import { useLive } from "../../live/use-live";
import { useText } from "../../text";
import { count } from "../../text/format";
import { Bars } from "../../ui/Bars";
import { Button } from "../../ui/Button";
import { Command } from "../../ui/Copy";
import { later } from "../../ui/later";
import { Menu, MoreMenu } from "../../ui/Menu";
import { Page } from "../../ui/Page";
import { menuColumn, type RowMenu } from "../../ui/RowMenu";
import { Empty, ErrorState, LoadingLine } from "../../ui/States";
import styles from "./Executions.module.css";
import { FilterBar } from "./FilterBar";
import { filtersOf, NO_FILTERS } from "./filters";
import { useSelection } from "./use-selection";

const Preview = later(() => import("./Preview"));
const RowActions = later(() => import("./RowActions"));
const SelectionBar = later(() => import("./SelectionBar"));

function Nothing({ place, filtered }: { place: Place; filtered: boolean }) {
  const text = useText();
  const [, change] = useQueryValues();
  if (filtered) {
    return (
      <Empty next={<Button onPress={() => change(NO_FILTERS)}>{text.act.clear}</Button>}>
        {text.executions.filtered}
      </Empty>
    );
  }
  return (
    <Empty
      next={
        <>
          <Command command="pyflyte run --remote example.py wf --n 500" />
          <span>{text.executions.emptyOr}</span>
          <Button href={href.entities(place, "task")}>{text.act.launch}</Button>
        </>
      }
    >
      {text.executions.empty}
    </Empty>
  );
}

/** All executions of a project and domain. */
export default function Executions({ address: place }: { address: Place }) {
  const text = useText();
  const [query] = useQueryValues();
  const search = query.toString();
  const filters = useMemo(() => filtersOf(new URLSearchParams(search), serverNow()), [search]);
  const { query: list, rows, list: box, fresh, showFresh } = useExecutionRows(place, filters);
  const { data: strip, refetch } = useStrip(place);
  useLive(`list:${place.project}/${place.domain}`, {
    seq: strip?.seq,
    apply: (changes) => applyToStrip(place, runsOf(changes)),
    refetch,
  });
  const selection = useSelection(rows);
  const [previewed, setPreviewed] = useState<ExecutionRow | null>(null);
  const [menu, setMenu] = useState<RowMenu<ExecutionRow> | null>(null);
  const selectable = useRef(false); // What came of the last act stays where it was said.
  if (selection.rows.length > 0) selectable.current = true;
  const filtered = Object.keys(filters).length > 0;
  const total = list.data?.pages[0]?.total;
  const bars = useMemo(() => barsOf(text, place, strip?.strip ?? []), [text, place, strip]);
  return (
    <Page
      title={text.executions.title}
      windowTitle={`${text.executions.title} · ${text.place.pair(place.project, place.domain)}`}
      actions={
        <>
          <Menu
            label={text.act.launch}
            items={[
              { id: "workflow", label: text.act.launchWorkflow, href: href.entities(place, "workflow") },
              { id: "task", label: text.act.launchTask, href: href.entities(place, "task") },
            ]}
          >
            {text.act.launch}
          </Menu>
          <MoreMenu
            items={[
              {
                id: "limits",
                label: text.executions.limits,
                href: href.settings("limits") + queryString({ project: place.project, domain: place.domain }),
              },
            ]}
          />
        </>
      }
    >
      {bars.length > 1 && <Bars bars={bars} label={text.executions.strip(bars.length)} />}
      <FilterBar place={place} total={total === undefined ? "" : count(total)} filtered={filtered} />
      {selectable.current && <SelectionBar selection={selection} onDone={() => void list.refetch()} />}
      <div ref={box} className={styles.box}>
        <LoadingLine loading={list.isPending || list.isPlaceholderData || list.isFetchingNextPage} />
        {fresh > 0 && (
          <div className={styles.fresh}>
            <Button size="small" kind="primary" onPress={showFresh}>
              {text.act.showNew(fresh)}
            </Button>
          </div>
        )}
        {list.error && !list.data && (
          <ErrorState
            title={text.state.unread(text.executions.title)}
            error={list.error}
            onRetry={() => void list.refetch()}
          />
        )}
        {list.data && rows.length === 0 && <Nothing place={place} filtered={filtered} />}
        {rows.length > 0 && (
          <ExecutionRows
            rows={rows}
            label={text.executions.list}
            onSpace={setPreviewed}
            menu={menuColumn<ExecutionRow>(text, ({ id }) => id, setMenu)}
            selection={{ ...selection, head: text.act.select(""), label: ({ id }) => text.act.select(id) }}
            stale={list.isPlaceholderData}
            {...(list.hasNextPage && !list.isFetchingNextPage ? { onEnd: () => void list.fetchNextPage() } : {})}
          />
        )}
      </div>
      {menu && <RowActions {...menu} close={() => setMenu(null)} />}
      {previewed && <Preview row={previewed} close={() => setPreviewed(null)} />}
    </Page>
  );
}
