import { Plus, X } from "lucide-react";
import { useId, useState } from "react";
import { fieldId } from "../../feature/literal/context";
import inputs from "../../feature/literal/Inputs.module.css";
import { useText } from "../../text";
import { Button } from "../../ui/Button";
import { Field } from "../../ui/Field";
import type { Advanced, Pair } from "./advanced";
import styles from "./Launch.module.css";

export interface SettingsProps {
  value: Advanced;
  onChange: (change: Partial<Advanced>) => void;
  /** Words for what is wrong, by field. */
  problems: Partial<Record<keyof Advanced, string>>;
  /** A task has no nodes that could run side by side, and no notifications. */
  task: boolean;
  open: boolean;
}

interface PairsProps {
  label: string;
  field: "labels" | "annotations" | "envs";
  rows: Pair[];
  onRows: (rows: Pair[]) => void;
  problem: string | undefined;
}

function Pairs({ label, field, rows, onRows, problem }: PairsProps) {
  const id = fieldId(["advanced", field]);
  const text = useText().launch;
  const set = (id: number, change: Partial<Pair>) =>
    onRows(rows.map((row) => (row.id === id ? { ...row, ...change } : row)));
  return (
    <fieldset className={styles.pairs} id={id} tabIndex={-1} aria-describedby={problem && `${id}-problem`}>
      <legend>{label}</legend>
      {rows.map((row, at) => (
        <span key={row.id} className={styles.pair}>
          {(["key", "value"] as const).map((part) => (
            <input
              key={part}
              type="text"
              className={inputs.input}
              aria-label={`${label} ${at + 1}: ${text.advanced[part]}`}
              placeholder={text.advanced[part]}
              value={row[part]}
              onChange={(event) => set(row.id, { [part]: event.target.value })}
            />
          ))}
          <Button
            kind="icon"
            label={text.input.remove(`${label} ${at + 1}`)}
            onPress={() => onRows(rows.filter(({ id }) => id !== row.id))}
          >
            <X size={14} strokeWidth={1.75} aria-hidden />
          </Button>
        </span>
      ))}
      <span>
        <Button
          size="small"
          label={text.input.addTo(label)}
          onPress={() => onRows([...rows, { id: Math.max(-1, ...rows.map(({ id }) => id)) + 1, key: "", value: "" }])}
        >
          <Plus size={14} strokeWidth={1.75} aria-hidden />
          {text.input.add}
        </Button>
      </span>
      {problem && (
        <span id={`${id}-problem`} className={inputs.error}>
          {problem}
        </span>
      )}
    </fieldset>
  );
}

function Check({ label, value, onChange }: { label: string; value: boolean; onChange: (value: boolean) => void }) {
  return (
    <label className={styles.check}>
      <input type="checkbox" checked={value} onChange={(event) => onChange(event.target.checked)} />
      {label}
    </label>
  );
}

function Interruptible({ value, onChange }: Pick<SettingsProps, "value" | "onChange">) {
  const text = useText().launch.advanced;
  const id = useId();
  const words = { "": text.noOverride, true: text.enabled, false: text.disabled };
  return (
    <div className={styles.picker}>
      <label htmlFor={id}>{text.interruptible}</label>
      <select
        id={id}
        className={inputs.input}
        value={value.interruptible}
        onChange={(event) => onChange({ interruptible: event.target.value as Advanced["interruptible"] })}
      >
        {Object.entries(words).map(([word, label]) => (
          <option key={word} value={word}>
            {label}
          </option>
        ))}
      </select>
    </div>
  );
}

/** What can be said of an execution besides its inputs. */
export function Settings({ value, onChange, problems, task, open }: SettingsProps) {
  const [opened, setOpened] = useState(false); // It stays open when what was wrong in it is right.
  const text = useText().launch.advanced;
  const field = (
    name: keyof Advanced & ("name" | "tags" | "rawOutput" | "role" | "account" | "maxParallelism"),
    label: string,
    hint = "",
  ) => (
    <Field
      label={label}
      value={value[name]}
      onChange={(next) => onChange({ [name]: next })}
      error={problems[name]}
      {...(hint === "" ? {} : { hint })}
    />
  );
  const pairs = (name: PairsProps["field"]) => (
    <Pairs
      label={text[name]}
      field={name}
      rows={value[name]}
      onRows={(rows) => onChange({ [name]: rows })}
      problem={problems[name]}
    />
  );
  return (
    <details
      className={styles.advanced}
      open={open || opened}
      onToggle={({ currentTarget }) => setOpened(currentTarget.open)}
    >
      <summary>{text.title}</summary>
      <div className={styles.settings}>
        {field("name", text.name, text.nameHint)}
        {pairs("labels")}
        {pairs("annotations")}
        {pairs("envs")}
        {field("tags", text.tags, text.tagsHint)}
        <Check
          label={text.cache}
          value={value.overwriteCache}
          onChange={(overwriteCache) => onChange({ overwriteCache })}
        />
        <Interruptible value={value} onChange={onChange} />
        {!task && field("maxParallelism", text.parallelism, text.parallelismHint)}
        {field("rawOutput", text.rawOutput, text.rawOutputHint)}
        {field("role", text.role)}
        {field("account", text.account)}
        {!task && (
          <Check
            label={text.notifications}
            value={value.disableNotifications}
            onChange={(disableNotifications) => onChange({ disableNotifications })}
          />
        )}
      </div>
    </details>
  );
}
