// A half-filled form outlives its page: it is kept for each entity in this window.
import type { EntityName } from "../../base/kinds";
import type { Draft } from "../../feature/literal/draft";
import { type Advanced, NO_ADVANCED } from "./advanced";
import type { From } from "./source";

export interface Kept {
  drafts: Record<string, Draft>;
  advanced: Advanced;
}

export const keepKey = ({ kind, project, domain, name }: EntityName, from: From | undefined): string =>
  ["sandbox.form", kind, project, domain, name, from?.run.name ?? "", from?.node ?? ""].join("/");

export function readKept(key: string): Kept | null {
  try {
    const kept = JSON.parse(sessionStorage.getItem(key) ?? "null");
    return kept === null ? null : { drafts: kept.drafts ?? {}, advanced: { ...NO_ADVANCED, ...kept.advanced } };
  } catch {
    return null; // Storage is off, or holds what is no form.
  }
}

export function keep(key: string, kept: Kept | null): void {
  try {
    if (kept === null) sessionStorage.removeItem(key);
    else sessionStorage.setItem(key, JSON.stringify(kept));
  } catch {
    // Without storage, or with a form too large for it, nothing is kept.
  }
}
