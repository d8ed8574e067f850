import { ListFilter } from "lucide-react";
import { useState } from "react";
import { useQueryValues } from "../../base/query";
import { useText } from "../../text";
import { Button } from "../../ui/Button";
import { SearchBox } from "../../ui/Field";
import { Choice } from "../../ui/Menu";
import { Dialog } from "../../ui/Popover";
import { useNarrow } from "../../ui/width";
import styles from "./FilterBar.module.css";

const entries = (names: Record<string, string>) => Object.entries(names).map(([id, label]) => ({ id, label }));

function summary(label: string, names: Record<string, string>, chosen: string[]): string {
  const known = chosen.map((id) => names[id]).filter((name) => name !== undefined);
  return known.length === 0 ? label : `${label}: ${known.join(", ")}`;
}

interface FilterProps {
  label: string;
  of: string;
  names: Record<string, string>;
  multiple?: boolean;
}

function Filter({ label, of, names, multiple = false }: FilterProps) {
  const [query, change] = useQueryValues();
  const chosen = (query.get(of) ?? "").split(";").filter((id) => id in names);
  return (
    <Choice
      label={label}
      items={entries(names)}
      selected={chosen}
      multiple={multiple}
      onChange={(ids) => change({ [of]: ids.join(";") })}
    >
      {summary(label, names, chosen)}
    </Choice>
  );
}

function Filters() {
  const text = useText();
  const [query, change] = useQueryValues();
  const { executions } = text;
  return (
    <>
      <Filter label={executions.status} of="status" names={executions.statuses} multiple />
      <Filter label={executions.startedFilter} of="startTime" names={executions.starts} />
      <Filter label={executions.durationFilter} of="duration" names={executions.durations} />
      <Button
        pressed={query.get("archived") === "1"}
        onPress={() => change({ archived: query.get("archived") === "1" ? null : 1 })}
      >
        {executions.archived}
      </Button>
    </>
  );
}

/** What narrows the list. Every filter is in the address. */
export function FilterBar({ total, filtered }: { total: string; filtered: boolean }) {
  const text = useText();
  const narrow = useNarrow();
  const [open, setOpen] = useState(false);
  const [query, change] = useQueryValues();
  const clear = () =>
    change({ status: null, what: null, version: null, startTime: null, duration: null, archived: null, q: null });
  const search = (
    <SearchBox
      label={text.executions.search}
      value={query.get("q") ?? ""}
      onChange={(q) => change({ q })}
      delay={300}
      width={240}
    />
  );
  if (narrow)
    return (
      <div className={styles.bar}>
        {search}
        <Button kind="icon" label={text.executions.status} pressed={filtered} onPress={() => setOpen(true)}>
          <ListFilter size={16} strokeWidth={1.75} />
        </Button>
        <Dialog open={open} onClose={() => setOpen(false)} label={text.executions.status}>
          <div className={styles.sheet}>
            <Filters />
            <Button kind="primary" onPress={() => setOpen(false)}>
              {text.act.close}
            </Button>
          </div>
        </Dialog>
      </div>
    );
  return (
    <div className={styles.bar}>
      <Filters />
      {search}
      {filtered && (
        <Button kind="quiet" onPress={clear}>
          {text.act.clear}
        </Button>
      )}
      <span className={styles.total}>{total}</span>
    </div>
  );
}
