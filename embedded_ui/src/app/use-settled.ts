import { useEffect, useState } from "react";

/** A text that is asked of the server: 120 ms after the last key. */
export function useSettled(wanted: string): string {
  const [settled, setSettled] = useState(wanted);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(wanted), 120);
    return () => clearTimeout(timer);
  }, [wanted]);
  return settled;
}
