import { href } from "../base/address";
import type { Place } from "../base/kinds";

const PANELS: Record<string, string> = { i: "inputs", o: "outputs", d: "deck" };

/** The page that a pasted id, as executions get them, or an address leads to at once; null: it is neither. */
export function direct(text: string, place: Place | null): string | null {
  if (text.startsWith("s3://")) return href.objects(text);
  const [, project, domain, name, node, rest] =
    /^flyte:\/\/v1\/([^/]+)\/([^/]+)\/([^/]+)(?:\/([^/]+))?(.*)$/.exec(text) ?? [];
  if (project && domain && name) {
    const [attempt] = /^\d+/.exec(rest?.slice(1) ?? "") ?? [];
    const [, side = ""] = /\/([iod])(?:\/|$)/.exec(rest ?? "") ?? [];
    return href.execution({ project, domain, name }, { node, attempt, panel: PANELS[side] });
  }
  return place && /^[a-z][a-z0-9]{19}$/.test(text) ? href.execution({ ...place, name: text }) : null;
}
