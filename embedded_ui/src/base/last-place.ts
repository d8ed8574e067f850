import type { Place } from "./kinds";

const KEY = "flyteDefaults"; // upstream's key and shape: {"projectDomain":{"project","domain"}}

/** The project and domain that were looked at last in this browser. */
export function lastPlace(): Place | null {
  try {
    const { project, domain } = JSON.parse(localStorage.getItem(KEY) ?? "{}").projectDomain ?? {};
    return typeof project === "string" && typeof domain === "string" ? { project, domain } : null;
  } catch {
    return null;
  }
}

export function rememberPlace({ project, domain }: Place): void {
  try {
    localStorage.setItem(KEY, JSON.stringify({ projectDomain: { project, domain } }));
  } catch {
    // Storage is off: the next visit begins at Home.
  }
}
