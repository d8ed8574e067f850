import { cleanup, renderHook } from "@testing-library/react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { LiveRow, Subscriber } from "../../src/live/stream";
import { type LiveOptions, useLive } from "../../src/live/use-live";

let told: Subscriber;
vi.mock("../../src/live/stream", () => ({
  subscribe: (_: string, subscriber: Subscriber) => {
    told = subscriber;
    return () => {};
  },
}));
beforeEach(() => vi.useFakeTimers());
afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

const row = (seq: number): LiveRow => ({ event: "execution", seq, row: { topic: "home", rev: seq } });

test("what comes within a moment is read once, and while it goes on once a second", async () => {
  const refetch = vi.fn(() => Promise.resolve());
  renderHook(() => useLive("home", { seq: 10, refetch }));
  told.rows([row(9)]); // The snapshot has it.
  await vi.advanceTimersByTimeAsync(5000);
  expect(refetch).toHaveBeenCalledTimes(0);
  for (let seq = 11; seq < 61; seq += 1) {
    told.rows([row(seq)]);
    await vi.advanceTimersByTimeAsync(50);
  }
  expect(refetch.mock.calls.length).toBeGreaterThanOrEqual(3);
  expect(refetch.mock.calls.length).toBeLessThanOrEqual(4);
  await vi.advanceTimersByTimeAsync(5000);
  const last = refetch.mock.calls.length;
  await vi.advanceTimersByTimeAsync(60_000);
  expect(refetch).toHaveBeenCalledTimes(last);
});

test("the next is asked for after the answer only, and nothing once the page is left", async () => {
  let answer = () => {};
  const refetch = vi.fn(
    () =>
      new Promise<void>((resolve) => {
        answer = resolve;
      }),
  );
  const { unmount } = renderHook(() => useLive("home", { seq: undefined, loose: true, refetch }));
  told.rows([row(1)]);
  await vi.advanceTimersByTimeAsync(300);
  told.rows([row(2)]);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(refetch).toHaveBeenCalledTimes(1);
  answer();
  await vi.advanceTimersByTimeAsync(1100);
  expect(refetch).toHaveBeenCalledTimes(2);
  answer();
  await vi.advanceTimersByTimeAsync(10);
  told.rows([row(3)]);
  unmount();
  await vi.advanceTimersByTimeAsync(5000);
  expect(refetch).toHaveBeenCalledTimes(2);
});

test("what was put in by hand is not read", async () => {
  const refetch = vi.fn();
  const options: LiveOptions = { seq: 1, refetch, apply: (rows) => rows.some(({ event }) => event !== "execution") };
  renderHook(() => useLive("home", options));
  told.rows([row(2)]);
  await vi.advanceTimersByTimeAsync(5000);
  expect(refetch).not.toHaveBeenCalled();
  told.rows([{ ...row(3), event: "schedule" }]);
  await vi.advanceTimersByTimeAsync(300);
  expect(refetch).toHaveBeenCalledTimes(1);
});
