import { learnServerTime } from "../base/clock";
import { createStore, type Store } from "../base/store";
import { releaseSlot, takeSlot } from "./slots";

/** What the window's live channel is doing. */
export interface Connection {
  state: "connecting" | "live" | "away" | "stopped" | "paused" | "hidden";
  /** Milliseconds since 1970 by this machine's clock: since when it is in that state. */
  since: number;
  /** The server is another build than the one that this page began with. */
  updated: boolean;
}

export interface Hello {
  epoch: string;
  seq: number;
  build: string;
  version: string;
  server_time: string;
  resumed: boolean;
  topics: string[];
  refused: { topic: string; why: string }[];
}

/** One row that changed: the event's name, its sequence number and the row. */
export interface LiveRow {
  event: string;
  seq: number;
  row: Record<string, unknown> & { topic: string; rev: number };
}

export interface Subscriber {
  /** Rows of one write of the server, in the order of the commits. */
  rows(rows: LiveRow[]): void;
  /** The stream is open from `seq` on; `gap`: what was before is not known and has to be read again. */
  open(seq: number, gap: boolean): void;
}

const NAMES = [
  "execution", "node", "attempt", "item", "story", "log", "stats", "pod", "image", "build", "schedule", "entity",
  "limit", "machine",
]; // biome-ignore format: one list
const HIDE_AFTER = 30_000;
const AWAY_AFTER = 2000;
const POLL = 3000;
const BACKOFF = [250, 500, 1000, 2000, 5000];

export const connection: Store<Connection> = createStore<Connection>({
  state: "connecting",
  since: Date.now(),
  updated: false,
});

const subscribers = new Map<string, Set<Subscriber>>();
let source: EventSource | undefined;
let opened = new Set<string>(); // topics of the stream that said hello
let lastId = "";
let build = "";
let failures = 0;
let stopped = false;
let waiting: LiveRow[] = [];
const timers: Record<string, ReturnType<typeof setTimeout> | undefined> = {};

function setState(state: Connection["state"]): void {
  const now = connection.get();
  if (now.state !== state) connection.set({ ...now, state, since: Date.now() });
}

function later(name: string, delay: number, work: () => void): void {
  clearTimeout(timers[name]);
  timers[name] = setTimeout(() => {
    timers[name] = undefined;
    work();
  }, delay);
}

function cancel(name: string): void {
  clearTimeout(timers[name]);
  timers[name] = undefined;
}

function flush(): void {
  const rows = waiting;
  waiting = [];
  const byTopic = Map.groupBy(rows, ({ row }) => row.topic);
  for (const [topic, some] of byTopic) for (const each of subscribers.get(topic) ?? []) each.rows(some);
}

const seqOf = (id: string): number => Number(id.split("-")[1] ?? 0);

function onRow(name: string, event: MessageEvent<string>): void {
  if (event.lastEventId) lastId = event.lastEventId;
  waiting.push({ event: name, seq: seqOf(lastId), row: JSON.parse(event.data) });
  if (timers["flush"] === undefined) later("flush", 8, flush);
}

function onHello(text: string): void {
  const hello: Hello = JSON.parse(text);
  learnServerTime(hello.server_time);
  const updated = build !== "" && hello.build !== build;
  if (build === "") build = hello.build;
  cancel("away");
  failures = 0;
  stopped = false;
  connection.set({ state: "live", since: Date.now(), updated: connection.get().updated || updated });
  const before = opened;
  opened = new Set(hello.topics);
  lastId ||= `${hello.epoch}-${hello.seq}`;
  for (const topic of opened)
    for (const each of subscribers.get(topic) ?? []) each.open(hello.seq, before.has(topic) && !hello.resumed);
}

function onReset(): void {
  for (const topic of opened)
    for (const each of subscribers.get(topic) ?? []) each.open(Number.POSITIVE_INFINITY, true);
}

function close(): void {
  source?.close();
  source = undefined;
}

function onCut(): void {
  close();
  if (!stopped && timers["away"] === undefined && connection.get().state !== "away")
    later("away", AWAY_AFTER, () => setState("away"));
  const delay = BACKOFF[Math.min(failures, BACKOFF.length - 1)] ?? 5000;
  failures += 1;
  later("open", delay * (0.8 + Math.random() * 0.4), () => void openStream());
}

async function openStream(): Promise<void> {
  cancel("open");
  close();
  if (subscribers.size === 0 || document.visibilityState === "hidden") return;
  if (!(await takeSlot())) {
    setState("paused");
    pollInstead();
    return;
  }
  cancel("poll");
  const topics = [...subscribers.keys()].map(encodeURIComponent).join(",");
  const since = lastId === "" ? "" : `&since=${lastId}`;
  close();
  const stream = new EventSource(`/sandbox/v1/events?topics=${topics}${since}`);
  source = stream;
  const mine = (work: (event: MessageEvent<string>) => void) => (event: MessageEvent<string>) => {
    if (source === stream) work(event);
  };
  stream.addEventListener(
    "hello",
    mine((event) => onHello(event.data)),
  );
  stream.addEventListener("reset", mine(onReset));
  stream.addEventListener(
    "bye",
    mine((event) => {
      stopped = JSON.parse(event.data).why === "stop";
      if (stopped) setState("stopped");
    }),
  );
  for (const name of NAMES)
    stream.addEventListener(
      name,
      mine((event) => onRow(name, event)),
    );
  stream.onerror = () => {
    if (source === stream) onCut();
  };
}

/** A window without a slot asks for everything that it shows each three seconds, and for a slot as well. */
function pollInstead(): void {
  later("poll", POLL, () => {
    for (const set of subscribers.values()) for (const each of set) each.open(Number.POSITIVE_INFINITY, true);
    void openStream();
  });
}

function onVisibility(): void {
  if (document.visibilityState === "visible") {
    cancel("hide");
    if (!source) void openStream();
    return;
  }
  later("hide", HIDE_AFTER, () => {
    close();
    cancel("open");
    cancel("poll");
    releaseSlot();
    setState("hidden");
  });
}

let watching = false;

function changed(): void {
  if (!watching) {
    document.addEventListener("visibilitychange", onVisibility);
    watching = true;
  }
  // Topics of one render are asked for together; leaving a page and entering the next is one change.
  later("open", 20, () => {
    const wanted = [...subscribers.keys()];
    const same = source && wanted.length === opened.size && wanted.every((topic) => opened.has(topic));
    if (!same) void openStream();
  });
}

/** Tells `subscriber` of the rows of a topic until the function that it answers is called. */
export function subscribe(topic: string, subscriber: Subscriber): () => void {
  const set = subscribers.get(topic) ?? new Set();
  set.add(subscriber);
  subscribers.set(topic, set);
  changed();
  return () => {
    set.delete(subscriber);
    if (set.size > 0 || subscribers.get(topic) !== set) return;
    subscribers.delete(topic);
    changed();
  };
}
