import { type RunLogLine, runLog, timeCursor } from "../../api/run-log";
import type { RunLog } from "../../api/types";
import type { RunName } from "../../base/kinds";
import { bareText } from "./ansi";
import { lastState } from "./store";

export interface RunLogFilter {
  /** Ids of nodes; empty: all. */
  nodes: string[];
  stderrOnly: boolean;
}

export const MOST_LINES = 100_000;
const PAGE = 2000;
/** Pods tell the time of what they print a little late: so far back new lines are looked for. */
const BACK_MS = 2000;

/** What names a line of a run. */
export const keyOf = ({ pod, n }: RunLogLine): string => `${pod}#${n}`;

/** Puts lines that are not there yet to their places by time; nothing is moved. Answers how many are new. */
export function mergeLines(have: RunLogLine[], seen: Set<string>, more: readonly RunLogLine[]): number {
  let added = 0;
  for (const line of more) {
    const key = keyOf(line);
    if (seen.has(key)) continue;
    seen.add(key);
    added += 1;
    let at = have.length;
    while (at > 0 && (have[at - 1]?.t ?? 0) > line.t) at -= 1;
    const shown = { ...line, text: lastState(line.text) };
    if (at === have.length) have.push(shown);
    else have.splice(at, 0, shown);
  }
  return added;
}

type Read = (cursor: string, signal: AbortSignal) => Promise<RunLog>;

/** All lines of a run in memory, up to a limit; read again from its end when it has grown. */
export class RunLogStore {
  lines: RunLogLine[] = [];
  /** All that there is was read, or as much as is kept. */
  ready = false;
  full = false;
  error: Error | null = null;
  version = 0;
  private readonly read: Read;
  private readonly seen = new Set<string>();
  private abort = new AbortController();
  private readonly listeners = new Set<() => void>();
  private reading = false;
  private again = false;

  constructor(run: RunName, filter: RunLogFilter, read?: Read) {
    this.read = read ?? ((cursor, signal) => runLog(run, { ...filter, cursor, count: PAGE }, signal));
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  readonly snapshot = (): number => this.version;

  close(): void {
    this.abort.abort();
    this.abort = new AbortController();
  }

  /** Reads what came since; the whole log the first time. Calls while it reads are one more read after it. */
  async more(): Promise<void> {
    if (this.reading) {
      this.again = true;
      return;
    }
    this.reading = true;
    do {
      this.again = false;
      await this.readToEnd();
    } while (this.again);
    this.reading = false;
  }

  private async readToEnd(): Promise<void> {
    const last = this.lines.at(-1);
    const { signal } = this.abort;
    let cursor: string | null = last ? timeCursor(last.t - BACK_MS) : "";
    try {
      while (cursor !== null && !this.full) {
        const part: RunLog = await this.read(cursor, signal);
        mergeLines(this.lines, this.seen, part.lines);
        this.full = this.lines.length >= MOST_LINES;
        cursor = part.next;
        this.error = null;
        if (cursor !== null) this.changed();
      }
      this.ready = true;
    } catch (error) {
      if (signal.aborted) return;
      this.error = error instanceof Error ? error : new Error(String(error));
      this.ready = true;
    }
    this.changed();
  }

  private changed(): void {
    this.version += 1;
    for (const listener of [...this.listeners]) listener();
  }
}

/** Indexes of lines that have the text, with where it stands in their bare text. */
export function findText(
  lines: readonly { text: string }[],
  q: string,
  matchCase = false,
): Map<number, [number, number][]> {
  const out = new Map<number, [number, number][]>();
  const fold = (text: string) => (matchCase ? text : text.toLowerCase());
  const wanted = fold(q);
  if (wanted === "") return out;
  lines.forEach(({ text }, index) => {
    const marks: [number, number][] = [];
    const low = fold(bareText(text));
    for (let at = low.indexOf(wanted); at >= 0; at = low.indexOf(wanted, at + wanted.length))
      marks.push([at, at + wanted.length]);
    if (marks.length > 0) out.set(index, marks);
  });
  return out;
}
