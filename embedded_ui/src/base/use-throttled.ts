import { useEffect, useRef, useState } from "react";

/** A value that changes at most once in `ms`; the last change is told in the end. */
export function useThrottled<T>(value: T, ms: number): T {
  const [told, setTold] = useState(value);
  const last = useRef(0);
  useEffect(() => {
    const tell = () => {
      last.current = Date.now();
      setTold(value);
    };
    const rest = last.current + ms - Date.now();
    if (rest <= 0) {
      tell();
      return;
    }
    const timer = setTimeout(tell, rest);
    return () => clearTimeout(timer);
  }, [value, ms]);
  return told;
}
