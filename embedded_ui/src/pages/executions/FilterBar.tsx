import { ListFilter } from "lucide-react";
import { useState } from "react";
import type { Place } from "../../base/kinds";
import { useQueryValues } from "../../base/query";
import { useText } from "../../text";
import { Button } from "../../ui/Button";
import { SearchBox } from "../../ui/Field";
import { later } from "../../ui/later";
import { Choice, Trigger } from "../../ui/Menu";
import { Dialog, Popover } from "../../ui/Popover";
import { useNarrow } from "../../ui/width";
import styles from "./FilterBar.module.css";
import type { FilterFormProps } from "./FilterForm";
import { NO_FILTERS } from "./filters";

const FilterForm = later(() => import("./FilterForm"));

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

function Typed({ of, label, place }: Omit<FilterFormProps, "close">) {
  const [query] = useQueryValues();
  const value = query.get(of);
  return (
    <Popover label={label} trigger={<Trigger label={label}>{value ? `${label}: ${value}` : label}</Trigger>}>
      {(close) => <FilterForm of={of} label={label} place={place} close={close} />}
    </Popover>
  );
}

function Filters({ place }: { place: Place }) {
  const text = useText();
  const [query, change] = useQueryValues();
  const { executions } = text;
  return (
    <>
      <Filter label={executions.status} of="status" names={executions.statuses} multiple />
      <Typed of="what" label={text.column.what} place={place} />
      <Typed of="version" label={text.column.version} place={place} />
      <Filter label={executions.startedFilter} of="startTime" names={executions.starts} />
      <Filter label={executions.durationFilter} of="duration" names={executions.durations} />
      <Typed of="label" label={text.execution.meta.labels} place={place} />
      {query.get("user") && <Typed of="user" label={text.execution.meta.by} place={place} />}
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
export function FilterBar({ place, total, filtered }: { place: Place; total: string; filtered: boolean }) {
  const text = useText();
  const narrow = useNarrow();
  const [open, setOpen] = useState(false);
  const [query, change] = useQueryValues();
  const clear = () => change(NO_FILTERS);
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
            <Filters place={place} />
            <Button kind="primary" onPress={() => setOpen(false)}>
              {text.act.close}
            </Button>
          </div>
        </Dialog>
      </div>
    );
  return (
    <div className={styles.bar}>
      <Filters place={place} />
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
