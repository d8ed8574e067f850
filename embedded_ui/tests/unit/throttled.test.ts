import { act, renderHook } from "@testing-library/react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { useThrottled } from "../../src/base/use-throttled";

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

test("a value changes at most once a second, and its last change is told", () => {
  const told = new Set<number>();
  const { result, rerender } = renderHook(({ value }) => useThrottled(value, 1000), { initialProps: { value: 0 } });
  for (let value = 1; value <= 50; value += 1) {
    rerender({ value });
    act(() => vi.advanceTimersByTime(100));
    told.add(result.current);
  }
  expect(told.size).toBeLessThanOrEqual(6);
  act(() => vi.advanceTimersByTime(1000));
  expect(result.current).toBe(50);
});
