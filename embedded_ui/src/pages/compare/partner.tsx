import { useQuery } from "@tanstack/react-query";
import { ChevronDown } from "lucide-react";
import { similarQuery } from "../../api/executions";
import type { ExecutionRow, RunExecution } from "../../api/types";
import { parseTime, serverNow } from "../../base/clock";
import type { RunName } from "../../base/kinds";
import { useFormat, useText } from "../../text";
import { useCompareText } from "../../text/compare";
import { timeInList } from "../../text/format";
import { Menu, type MenuEntry } from "../../ui/Menu";
import { phaseLook } from "../../ui/phases";

export const nameOf = ({ project, domain, id }: ExecutionRow): RunName => ({ project, domain, name: id });

/** The last success before an execution; null when there is none, undefined while it is looked for. */
export function usePrevious(of: RunExecution | undefined): RunName | null | undefined {
  const { data } = useQuery({ ...similarQuery(of, { succeeded: true }), enabled: of !== undefined });
  if (!of || !data) return undefined;
  const row = data.find(({ id }) => id !== of.id);
  return row ? nameOf(row) : null;
}

export interface PartnerProps {
  of: RunExecution;
  /** Those that are compared already. */
  taken: string[];
  /** A chevron alone, beside a name. */
  bare?: boolean;
  hrefOf: (run: RunName) => string;
}

/** A menu of other executions of the same thing, the newest first. */
export function PartnerMenu({ of, taken, bare = false, hrefOf }: PartnerProps) {
  const text = useText();
  const words = useCompareText();
  const options = useFormat();
  const { data = [] } = useQuery(similarQuery(of, {}));
  const entry = (row: ExecutionRow): MenuEntry => {
    const started = parseTime(row.started_at ?? row.created_at);
    const when = started === null ? "" : timeInList(started, serverNow(), options);
    const phase = text.phase[phaseLook(row.phase).word];
    return {
      id: row.id,
      label: row.id,
      hint: [phase, row.what.version, when].filter((part) => part !== "").join(" · "),
      href: hrefOf(nameOf(row)),
    };
  };
  const items = data.filter(({ id }) => !taken.includes(id)).map(entry);
  if (items.length === 0) return null;
  return (
    <Menu size="small" kind={bare ? "icon" : "plain"} label={words.other} items={items} chevron={!bare}>
      {bare ? <ChevronDown size={16} strokeWidth={1.75} /> : words.other}
    </Menu>
  );
}
