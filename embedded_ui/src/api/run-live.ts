import type { RunName } from "../base/kinds";
import { client } from "./client";
import { itemsKey, nodeKey, runKey, sortItems } from "./runs";
import type { Run, RunAttempt, RunExecution, RunItem, RunItems, RunNode, Story } from "./types";

/** A row of the topic of a run, as the live channel tells it. */
export interface RunEventRow {
  event: string;
  row: Record<string, unknown>;
}

type Revised<T> = T & { rev?: number };

function merge<T>(list: T[], changes: Revised<T>[], key: (row: T) => string): T[] {
  if (changes.length === 0) return list;
  const byKey = new Map(list.map((row) => [key(row), row as Revised<T>]));
  for (const row of changes) {
    const old = byKey.get(key(row));
    if (!old || (row.rev ?? 0) >= (old.rev ?? 0)) byKey.set(key(row), row);
  }
  return [...byKey.values()];
}

const attemptKey = (row: RunAttempt): string => `${row.node}#${row.item ?? ""}#${row.attempt}`;

/** A run with rows in place of their older selves. Rows of children that it started change nothing of it. */
export function withRunRows(run: Run, changes: RunEventRow[]): Run {
  const of = <T>(event: string) => changes.filter((each) => each.event === event).map(({ row }) => row as Revised<T>);
  const execution = of<RunExecution>("execution").findLast(({ id }) => id === run.execution.id);
  const story = of<Story>("story").at(-1);
  return {
    ...run,
    rev: changes.reduce((latest, { row }) => Math.max(latest, Number(row["rev"] ?? 0)), run.rev),
    execution: execution ? { ...run.execution, ...execution } : run.execution,
    story: story ?? run.story,
    nodes: merge(run.nodes, of<RunNode>("node"), ({ id }) => id),
    attempts: merge(run.attempts, of<RunAttempt>("attempt"), attemptKey),
  };
}

/** Puts what the live channel told into the run that is shown. */
export function applyRunRows(run: RunName, changes: RunEventRow[]): void {
  client.setQueryData<Run>(runKey(run), (data) => data && withRunRows(data, changes));
}

type Items = Omit<RunItems, "items"> & { items: RunItem[] };

/** Items with what the live channel told of their attempts: each is shown by its newest. */
export function withItemRows(data: Items, changes: RunEventRow[]): Items {
  const newest = new Map(data.items.map((item) => [item.item, item]));
  for (const { row } of changes) {
    const attempt = row as unknown as RunItem;
    if (attempt.attempt >= (newest.get(attempt.item)?.attempt ?? 0)) newest.set(attempt.item, attempt);
  }
  return { ...data, items: sortItems([...newest.values()]) };
}

/** Puts what the live channel told of an array's items into what is shown of them. */
export function applyItemRows(run: RunName, array: string, changes: RunEventRow[]): void {
  client.setQueryData<Items>(itemsKey(run, array), (data) => data && withItemRows(data, changes));
  for (const { row } of changes) {
    const { node, item } = row as unknown as RunItem;
    void client.invalidateQueries({ queryKey: nodeKey(run, array, item) });
    void client.invalidateQueries({ queryKey: nodeKey(run, node, null) });
  }
}
