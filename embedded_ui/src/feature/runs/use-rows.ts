import type { InfiniteData } from "@tanstack/react-query";
import { useCallback, useEffect, useRef, useState } from "react";
import { client } from "../../api/client";
import { type ExecutionFilters, executionsKey, fits, useExecutions } from "../../api/executions";
import type { ExecutionList, ExecutionRow } from "../../api/types";
import type { Place } from "../../base/kinds";
import { withRow } from "../../live/rows";
import type { LiveRow } from "../../live/stream";
import { useLive } from "../../live/use-live";

type Live = ExecutionRow & { rev?: number };
type Pages = InfiniteData<ExecutionList>;

/** The pages with rows in place of their older selves; and the rows that are on none. */
export function withRows(pages: Pages, rows: Live[]): { pages: Pages; fresh: Live[] } {
  const waiting = new Map(rows.map((row) => [row.id, row]));
  const next = pages.pages.map((page) => ({
    ...page,
    executions: page.executions.map((old: Live) => {
      const row = waiting.get(old.id);
      waiting.delete(old.id);
      return row && (row.rev ?? 0) >= (old.rev ?? 0) ? row : old;
    }),
  }));
  return { pages: { ...pages, pages: next }, fresh: [...waiting.values()] };
}

/** The pages without rows of these ids. */
export function withoutRows(pages: Pages, ids: ReadonlySet<string>): Pages {
  let gone = 0;
  const kept = pages.pages.map((page) => {
    const executions = page.executions.filter(({ id }) => !ids.has(id));
    gone += page.executions.length - executions.length;
    return { ...page, executions };
  });
  return { ...pages, pages: kept.map((page) => ({ ...page, total: page.total - gone })) };
}

/** The executions among what came by the live channel. */
export const runsOf = (changes: LiveRow[]): Live[] =>
  changes.filter(({ event }) => event === "execution").map(({ row }) => row as unknown as Live);

function withFirst(pages: Pages, rows: Live[]): Pages {
  const [first, ...rest] = pages.pages;
  if (!first) return pages;
  const sorted = [...rows].sort((a, b) => (b.created_at ?? "").localeCompare(a.created_at ?? ""));
  const merged = { ...first, executions: [...sorted, ...first.executions], total: first.total + rows.length };
  return { ...pages, pages: [merged, ...rest] };
}

/** True while nothing would move under the pointer or the focus when rows come in at the top. */
function mayMove(list: HTMLElement | null): boolean {
  if (!list) return true;
  return window.scrollY < 40 && !list.matches(":hover") && !list.contains(document.activeElement);
}

/**
 * The rows of a list of executions, current by the live channel: known rows change in place. New ones come in at the
 * top, and those that fit the filters no longer go, when that moves nothing. Else new ones are counted until they are
 * asked for, and the others go once nobody points there.
 */
export function useExecutionRows(place: Place, filters: ExecutionFilters) {
  const query = useExecutions(place, filters);
  const list = useRef<HTMLDivElement>(null);
  const [fresh, setFresh] = useState<Live[]>([]);
  const key = JSON.stringify(executionsKey(place, filters));
  // biome-ignore lint/correctness/useExhaustiveDependencies: another list has no new rows yet
  useEffect(() => setFresh([]), [key]);

  const add = useCallback(
    (rows: Live[]) => client.setQueryData<Pages>(JSON.parse(key), (pages) => pages && withFirst(pages, rows)),
    [key],
  );
  const unfit = useRef(new Set<string>());
  const sweep = useCallback(() => {
    if (unfit.current.size === 0 || !mayMove(list.current)) return;
    const ids = unfit.current;
    unfit.current = new Set();
    client.setQueryData<Pages>(JSON.parse(key), (pages) => pages && withoutRows(pages, ids));
  }, [key]);
  useEffect(() => {
    unfit.current = new Set();
    const over = new AbortController();
    for (const name of ["pointerover", "focusin", "scroll"]) document.addEventListener(name, sweep, over);
    return () => over.abort();
  }, [sweep]);

  const apply = (changes: LiveRow[]) => {
    const rows = runsOf(changes);
    const pages = client.getQueryData<Pages>(JSON.parse(key));
    if (!pages) return;
    const result = withRows(pages, rows);
    client.setQueryData(JSON.parse(key), result.pages);
    const elsewhere = new Set(result.fresh.map(({ id }) => id));
    for (const row of rows) unfit.current[elsewhere.has(row.id) || fits(row, filters) ? "delete" : "add"](row.id);
    sweep();
    if (result.fresh.length === 0) return;
    const merge = (before: Live[]) =>
      result.fresh
        .reduce((rows, row) => withRow(rows, row, ({ id }) => id, "start"), before)
        .filter((row) => fits(row, filters));
    if (mayMove(list.current)) {
      add(merge(fresh));
      setFresh([]);
    } else setFresh(merge);
  };
  useLive(`list:${place.project}/${place.domain}`, {
    apply,
    refetch: query.refetch,
    seq: query.isPlaceholderData ? undefined : query.data?.pages[0]?.seq,
  });
  const rows = query.data?.pages.flatMap((page) => page.executions) ?? [];
  return {
    query,
    rows,
    list,
    fresh: fresh.length,
    showFresh: () => {
      add(fresh);
      setFresh([]);
    },
  };
}
