import { useCallback, useEffect, useRef } from "react";

/** Called when an action begins, the answer tells whether the same page is still shown. */
export function samePage(): () => boolean {
  const { pathname } = location;
  return () => location.pathname === pathname;
}

/**
 * For actions that take a while: called when one begins, the answer tells whether what began it is still shown, on the
 * same page. Where it is not, its result belongs in a toast.
 */
export function useHere(): () => () => boolean {
  const shown = useRef(false);
  useEffect(() => {
    shown.current = true;
    return () => {
      shown.current = false;
    };
  }, []);
  return useCallback(() => {
    const same = samePage();
    return () => shown.current && same();
  }, []);
}
