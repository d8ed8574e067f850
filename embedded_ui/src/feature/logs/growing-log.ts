import type { LogLines } from "../../api/types";
import { type LogLine, shownLines } from "./store";

export type ReadLines = (from: number, count: number) => Promise<LogLines>;

const MOST_LINES = 20_000;

/** A piece of a log in memory, from its first line on; of a long one only the end. It grows as it is told to. */
export class GrowingLog {
  lines: LogLine[] = [];
  /** So many lines before the first one are left out. */
  skipped = 0;
  /** All that it was told of is there. */
  ready = false;
  error: Error | null = null;
  version = 0;
  private readonly read: ReadLines;
  private readonly from: number;
  private to = 0;
  private reading = false;
  private readonly listeners = new Set<() => void>();

  constructor(read: ReadLines, from: number) {
    this.read = read;
    this.from = from;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  readonly snapshot = (): number => this.version;

  /** Reads what is missing up to that line of the log, without it. */
  async upTo(to: number): Promise<void> {
    this.to = Math.max(this.to, to);
    if (this.reading) return;
    this.reading = true;
    try {
      if (this.lines.length === 0) this.skipped = Math.max(0, this.to - this.from - MOST_LINES);
      while (this.next < this.to) {
        const part = await this.read(this.next, this.to - this.next);
        if (part.text.length === 0) break;
        this.lines = [...this.lines, ...shownLines(part)];
        this.changed();
      }
      this.error = null;
    } catch (error) {
      this.error = error instanceof Error ? error : new Error(String(error));
    }
    this.reading = false;
    this.ready = true;
    this.changed();
  }

  private get next(): number {
    return this.from + this.skipped + this.lines.length;
  }

  private changed(): void {
    this.version += 1;
    for (const listener of [...this.listeners]) listener();
  }
}
