export interface Outcome {
  succeeded: number;
  /** What was said of those that were refused, in their order. */
  refused: Error[];
}

const AT_ONCE = 4;

/** Does the same with each of many: a request each, a few at a time; one that is refused does not stop the others. */
export async function eachOf<T>(
  all: readonly T[],
  work: (one: T) => Promise<void>,
  onProgress: (done: number) => void,
): Promise<Outcome> {
  const refused = new Map<number, Error>();
  let next = 0;
  let done = 0;
  const worker = async () => {
    while (next < all.length) {
      const at = next++;
      try {
        await work(all[at] as T);
      } catch (error) {
        refused.set(at, error instanceof Error ? error : new Error(String(error)));
      }
      done += 1;
      onProgress(done);
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, all.length) }, worker));
  const problems = [...refused].sort(([a], [b]) => a - b).map(([, error]) => error);
  return { succeeded: all.length - refused.size, refused: problems };
}
