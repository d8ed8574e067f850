import { createStore } from "../base/store";

/** One line about the result of a person's own action, whose page that person has left. */
export interface Toast {
  id: number;
  text: string;
  /** The page that shows more. */
  href?: string | undefined;
  /** It stays until it is closed. */
  bad: boolean;
}

export const toasts = createStore<readonly Toast[]>([]);
let last = 0;

export function toast(text: string, { href, bad = false }: { href?: string; bad?: boolean } = {}): void {
  last += 1;
  toasts.set([...toasts.get(), { id: last, text, href, bad }]);
}

export const dismiss = (id: number): void => toasts.set(toasts.get().filter((each) => each.id !== id));

/** What an action on something said when it could not be done. */
export const toastFailure = (what: string, error: unknown): void =>
  toast(`${what}: ${error instanceof Error ? error.message : String(error)}`, { bad: true });
