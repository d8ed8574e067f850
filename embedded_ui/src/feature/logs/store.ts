import { type LogName, logLines } from "../../api/logs";
import type { LogLines } from "../../api/types";

/** One line as it is shown. */
export interface LogLine {
  text: string;
  timeMs: number;
  stderr: boolean;
  /** Bytes that are left out behind the text; 0: none. */
  cut: number;
}

export const CHUNK = 1000;
const KEPT = 160; // chunks: more than lines are in view, each of which may be in another in memory; the others are read again

/** Puts lines that carriage returns overwrite into their last state. */
export function lastState(text: string): string {
  const whole = text.endsWith("\r") ? text.slice(0, -1) : text;
  const at = whole.lastIndexOf("\r");
  return at < 0 ? whole : whole.slice(at + 1);
}

export function shownLines(part: LogLines): LogLine[] {
  const stderr = new Set(part.stderr);
  const cut = new Map(part.cut.map(([index = 0, size = 0]) => [index, size]));
  return part.text.map((text, index) => ({
    text: lastState(text),
    timeMs: part.time_ms[index] ?? 0,
    stderr: stderr.has(index),
    cut: cut.get(index) ?? 0,
  }));
}

/** A log in chunks that are read when they are looked at. Tells listeners when anything changed. */
export class LogStore {
  total = 0;
  complete = false;
  error: Error | null = null;
  ready = false;
  version = 0;
  private readonly log: LogName;
  private readonly chunks = new Map<number, LogLine[]>();
  private readonly loading = new Map<number, Promise<void>>();
  private readonly listeners = new Set<() => void>();

  constructor(log: LogName) {
    this.log = log;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  readonly snapshot = (): number => this.version;

  line(index: number): LogLine | undefined {
    return this.chunks.get(Math.floor(index / CHUNK))?.[index % CHUNK];
  }

  /** Reads what is missing of a range of lines. */
  need(from: number, to: number): void {
    for (let chunk = Math.floor(from / CHUNK); chunk <= Math.floor(to / CHUNK); chunk += 1) {
      const have = this.chunks.get(chunk)?.length ?? 0;
      const wanted = Math.min(CHUNK, this.total - chunk * CHUNK);
      if (have < wanted && !this.loading.has(chunk)) this.loading.set(chunk, this.read(chunk));
    }
  }

  /** The log has grown, as the live channel tells. */
  grown(lines: number, complete: boolean): void {
    if (lines < this.total && complete === this.complete) return;
    this.total = Math.max(this.total, lines);
    this.complete = complete;
    this.changed();
  }

  /** The first read: the end of the log, which tells how long it is. */
  async open(): Promise<void> {
    try {
      const end = await logLines(this.log, -CHUNK, CHUNK);
      this.total = end.total;
      this.complete = end.complete;
      this.error = null;
      this.ready = true;
      this.put(end);
    } catch (error) {
      this.error = error instanceof Error ? error : new Error(String(error));
      this.ready = true;
      this.changed();
    }
  }

  private async read(chunk: number): Promise<void> {
    try {
      const part = await logLines(this.log, chunk * CHUNK, CHUNK);
      this.total = Math.max(this.total, part.total);
      this.complete = part.complete;
      this.put(part);
    } catch (error) {
      this.error = error instanceof Error ? error : new Error(String(error));
      this.changed();
    } finally {
      this.loading.delete(chunk);
    }
  }

  private put(part: LogLines): void {
    shownLines(part).forEach((line, offset) => {
      const index = part.from + offset;
      const chunk = this.chunks.get(Math.floor(index / CHUNK)) ?? [];
      chunk[index % CHUNK] = line;
      this.chunks.set(Math.floor(index / CHUNK), chunk);
    });
    for (const [key, lines] of this.chunks) if (lines[0] === undefined) this.fill(key, lines);
    while (this.chunks.size > KEPT) this.chunks.delete(this.chunks.keys().next().value ?? 0);
    this.changed();
  }

  /** A chunk that was begun in its middle is read whole when it is looked at. */
  private fill(key: number, lines: LogLine[]): void {
    const known = lines.filter((line) => line !== undefined).length;
    if (known < lines.length && !this.loading.has(key)) this.loading.set(key, this.read(key));
  }

  private changed(): void {
    this.version += 1;
    for (const listener of [...this.listeners]) listener();
  }
}
