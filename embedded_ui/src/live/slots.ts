// A browser opens six connections to a server. At most four windows hold a stream, by locks that they share.

const SLOTS = 4;
let release: (() => void) | undefined;

function tryLock(name: string): Promise<boolean> {
  return new Promise((answer) => {
    navigator.locks
      .request(name, { ifAvailable: true }, (lock) => {
        answer(lock !== null);
        return lock === null
          ? undefined
          : new Promise<void>((end) => {
              release = end;
            });
      })
      .catch(() => answer(false));
  });
}

/** True when this window may hold a stream. Where there are no locks (plain http of another host) every window may. */
export async function takeSlot(): Promise<boolean> {
  if (!navigator.locks || release) return true;
  for (let slot = 0; slot < SLOTS; slot += 1) if (await tryLock(`sandbox-stream-${slot}`)) return true;
  return false;
}

export function releaseSlot(): void {
  release?.();
  release = undefined;
}
