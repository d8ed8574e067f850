import { type ComponentType, type ReactNode, useEffect, useState } from "react";

/** A component whose chunk is fetched when it is shown first, or before that, when `prepare` is called. */
export type Later<P> = ((props: P) => ReactNode) & { prepare: () => Promise<void> };

/**
 * Shows `awaited` until the chunk is there, and then the component at once. React's own lazy and Suspense hold back what
 * has come for up to 300 ms after they showed that it is awaited, which every new page and tab would wait for.
 */
export function later<P extends object>(
  load: () => Promise<{ default: ComponentType<P> }>,
  awaited: ReactNode = null,
): Later<P> {
  let There: ComponentType<P> | undefined;
  const prepare = async (): Promise<void> => {
    There ??= (await load()).default;
  };
  // biome-ignore lint/correctness/noComponentHookFactories: it is called once for each chunk, when its module is loaded
  function Shown(props: P) {
    const [, setThere] = useState(There !== undefined);
    const [error, setError] = useState<unknown>(null);
    useEffect(() => {
      if (There === undefined) prepare().then(() => setThere(true), setError);
    }, []);
    if (error) throw error; // The nearest Boundary shows it, and begins anew with its button.
    return There ? <There {...props} /> : awaited;
  }
  return Object.assign(Shown, { prepare });
}
