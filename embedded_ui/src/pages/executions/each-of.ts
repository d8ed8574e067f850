export interface Outcome<T> {
  succeeded: number;
  /** Those that were refused, in their order, with what was said. */
  refused: { one: T; message: string }[];
}

const AT_ONCE = 4;

/** Does the same with each of many: a request each, a few at a time; one that is refused does not stop the others. */
export async function eachOf<T>(
  all: readonly T[],
  work: (one: T) => Promise<unknown>,
  onProgress: (done: number) => void,
): Promise<Outcome<T>> {
  const refused = new Map<number, string>();
  let next = 0;
  let done = 0;
  const worker = async () => {
    while (next < all.length) {
      const at = next++;
      try {
        await work(all[at] as T);
      } catch (error) {
        refused.set(at, error instanceof Error ? error.message : String(error));
      }
      done += 1;
      onProgress(done);
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, all.length) }, worker));
  const problems = [...refused].sort(([a], [b]) => a - b).map(([at, message]) => ({ one: all[at] as T, message }));
  return { succeeded: all.length - refused.size, refused: problems };
}
