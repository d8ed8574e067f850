import { useEffect, useRef } from "react";
import { useStore } from "../base/store";
import { type Connection, connection, type LiveRow, subscribe } from "./stream";

export interface LiveOptions {
  /**
   * Puts rows into what is shown; called with what came since the snapshot only. When it answers true, and always
   * without it, the snapshot is read again.
   */
  apply?(rows: LiveRow[]): unknown;
  /** Reads the snapshot again. */
  refetch(): unknown;
  /** The `seq` of the snapshot that is shown; undefined while there is none. */
  seq: number | undefined;
  /** The snapshot tells no `seq`: rows are applied as they come, and only a gap asks for another one. */
  loose?: boolean;
}

const SOON = 200;
const GOES_ON = 1000;

/** What comes within a moment is read once; while it goes on, once a second, and not before the last answer. */
function readingSoon(read: () => unknown, over: AbortSignal): () => Promise<void> {
  let wanted = false;
  let busy = false;
  let last = 0;
  return async () => {
    wanted = true;
    if (busy) return;
    busy = true;
    while (wanted) {
      await new Promise((done) => setTimeout(done, Math.max(SOON, last + GOES_ON - Date.now())));
      if (over.aborted) return;
      wanted = false;
      await read();
      last = Date.now();
    }
    busy = false;
  };
}

/**
 * Keeps a snapshot current: rows of `topic` go to `apply`; when some may have been missed, `refetch` is called.
 * A null topic listens to nothing.
 */
export function useLive(topic: string | null, options: LiveOptions): void {
  const latest = useRef(options);
  const missed = useRef(0); // the largest seq that may not be in the snapshot
  useEffect(() => {
    latest.current = options;
    const { seq } = options;
    if (seq === undefined || missed.current === 0) return;
    const behind = missed.current > seq;
    missed.current = 0;
    if (behind) options.refetch();
  });
  useEffect(() => {
    if (topic === null) return;
    const over = new AbortController();
    const readSoon = readingSoon(() => latest.current.refetch(), over.signal);
    const leave = subscribe(topic, {
      open(seq, gap) {
        const { seq: have, refetch, loose } = latest.current;
        if (loose) {
          if (gap) refetch();
        } else if (have === undefined) missed.current = gap ? 0 : seq;
        else if (gap || have < seq) refetch();
      },
      rows(rows) {
        const { seq: have, apply, loose } = latest.current;
        if (!loose && have === undefined) {
          missed.current = Math.max(missed.current, rows.at(-1)?.seq ?? 0);
          return;
        }
        const news = loose ? rows : rows.filter((row) => row.seq > (have ?? 0));
        if (news.length > 0 && (!apply || apply(news) === true)) void readSoon();
      },
    });
    return () => {
      over.abort();
      leave();
    };
  }, [topic]);
}

export const useConnection = (): Connection => useStore(connection);

/** Whether actions can be sent now. */
export function useReachable(): boolean {
  const { state } = useConnection();
  return state !== "away" && state !== "stopped";
}
