/** The version that was registered before one; `versions` are the newest first. Undefined: it is the first, or unknown. */
export function versionBefore(versions: readonly { version: string }[], version: string): string | undefined {
  const at = versions.findIndex((each) => each.version === version);
  return at < 0 ? undefined : versions[at + 1]?.version;
}
