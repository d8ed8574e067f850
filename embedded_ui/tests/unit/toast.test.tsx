import { act, cleanup, fireEvent, render, renderHook, screen } from "@testing-library/react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import Toasts from "../../src/app/Toasts";
import { dismiss, toast, toastFailure, toasts } from "../../src/ui/toast";
import { samePage, useHere } from "../../src/ui/use-here";

beforeEach(() => {
  vi.useFakeTimers();
  history.replaceState(null, "", "/console/a");
});
afterEach(() => {
  vi.useRealTimers();
  cleanup();
  for (const { id } of toasts.get()) dismiss(id);
});

test("a result goes by itself, an error stays until it is closed", () => {
  render(<Toasts />);
  act(() => toast("Execution x1 has started.", { href: "/console/x1" }));
  act(() => toastFailure("x2", new Error("no")));
  expect(screen.getByRole("link", { name: "Open" }).getAttribute("href")).toBe("/console/x1");
  expect(screen.getByRole("alert").textContent).toContain("x2: no");
  act(() => vi.advanceTimersByTime(60_000));
  expect(screen.queryByText("Execution x1 has started.")).toBeNull();
  fireEvent.click(screen.getByRole("button", { name: "Close" }));
  expect(toasts.get()).toEqual([]);
});

test("a result that is being read stays", () => {
  render(<Toasts />);
  act(() => toast("done"));
  const line = screen.getByText("done");
  fireEvent.mouseEnter(line.parentElement as HTMLElement);
  act(() => vi.advanceTimersByTime(60_000));
  expect(screen.getByText("done")).toBe(line);
  fireEvent.mouseLeave(line.parentElement as HTMLElement);
  act(() => vi.advanceTimersByTime(60_000));
  expect(screen.queryByText("done")).toBeNull();
});

test("what began an action is here until its page or itself is gone", () => {
  const { result, unmount } = renderHook(() => useHere());
  const [here, same] = [result.current(), samePage()];
  expect([here(), same()]).toEqual([true, true]);
  history.replaceState(null, "", "/console/a?tab=b");
  expect([here(), same()]).toEqual([true, true]);
  history.replaceState(null, "", "/console/b");
  expect([here(), same()]).toEqual([false, false]);
  history.replaceState(null, "", "/console/a");
  unmount();
  expect([here(), same()]).toEqual([false, true]);
});
