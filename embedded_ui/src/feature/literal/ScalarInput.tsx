import { useContext, useState } from "react";
import { useText } from "../../text";
import { Button } from "../../ui/Button";
import { Fields, fieldId, useProblem } from "./context";
import { parseDatetime, zones } from "./datetime";
import { type Draft, textDraft } from "./draft";
import styles from "./Inputs.module.css";
import { durationText, parseDuration } from "./scalars";
import type { Shape } from "./shape";

export interface InputProps<S extends Shape = Shape> {
  shape: S;
  draft: Draft;
  onChange: (draft: Draft) => void;
  path: string[];
  /** What the field is called, also in the texts of its problems. */
  label: string;
}

type TextDraft = Extract<Draft, { is: "text" }>;
const asText = (draft: Draft): TextDraft => (draft.is === "text" ? draft : { is: "text", text: "" });

/** The words for what is wrong with a field, where the field is. */
export function ProblemLine({ path, label }: { path: string[]; label: string }) {
  const { id, message } = useProblem(path, label);
  return message ? (
    <span id={`${fieldId(path)}-problem`} data-id={id} className={styles.error}>
      {message}
    </span>
  ) : null;
}

/** The attributes that every control of a field has. */
export function useControl(path: string[], label: string) {
  const { onLeave } = useContext(Fields);
  const { message } = useProblem(path, label);
  return {
    id: fieldId(path),
    // The field of an input has a label element; those inside of it are named by where they are.
    "aria-label": path.length === 1 ? undefined : label,
    className: styles.input,
    "aria-invalid": message ? (true as const) : undefined,
    "aria-describedby": message ? `${fieldId(path)}-problem` : undefined,
    onBlur: () => onLeave(path[0] ?? ""),
    autoComplete: "off",
    spellCheck: false,
  };
}

const NUMBERS = new Set(["integer", "float"]);

/** Numbers, lengths of time and texts. Arrow keys count whole numbers up and down. */
export function TextInput({ shape, draft, onChange, path, label }: InputProps) {
  const text = useText().launch.input;
  const control = useControl(path, label);
  const { text: value } = asText(draft);
  const [long, setLong] = useState(value.includes("\n"));
  const isText = shape.kind === "string";
  const set = (next: string) => onChange(next === "" && !isText ? { is: "unset" } : textDraft(next));
  const step = (by: bigint) => {
    if (/^\s*-?\d+\s*$/.test(value)) set(String(BigInt(value.trim()) + by));
  };
  if (isText && long)
    return (
      <>
        <textarea {...control} rows={5} value={value} onChange={(event) => set(event.target.value)} />
        <TextNotes draft={draft} long onLong={value.includes("\n") ? undefined : () => setLong(false)} />
      </>
    );
  return (
    <>
      <input
        {...control}
        type="text"
        value={value}
        data-number={NUMBERS.has(shape.kind) ? "" : undefined}
        inputMode={shape.kind === "float" ? "decimal" : undefined}
        placeholder={draft.is === "unset" && isText ? text.notGiven : shape.kind === "duration" ? "1h 30m" : undefined}
        onChange={(event) => set(event.target.value)}
        onKeyDown={(event) => {
          if (shape.kind !== "integer" || (event.key !== "ArrowUp" && event.key !== "ArrowDown")) return;
          event.preventDefault();
          step(event.key === "ArrowUp" ? 1n : -1n);
        }}
      />
      {isText && <TextNotes draft={draft} long={false} onLong={() => setLong(true)} />}
      {shape.kind === "duration" && <DurationEcho value={value} />}
    </>
  );
}

/** What one cannot see of a text: that it is empty, or that it begins or ends with blanks. */
function TextNotes({ draft, long, onLong }: { draft: Draft; long: boolean; onLong: (() => void) | undefined }) {
  const text = useText().launch.input;
  const value = draft.is === "text" ? draft.text : undefined;
  const blanks = value !== undefined && value !== value.trim() && value !== "";
  const note =
    value === ""
      ? text.emptyText
      : blanks
        ? `${text.blanks} ${value.replace(/^ +| +$/g, (s) => "·".repeat(s.length)).slice(0, 60)}`
        : "";
  return (
    <span className={styles.row}>
      {note !== "" && <span className={styles.note}>{note}</span>}
      {onLong && (
        <Button kind="quiet" size="small" onPress={onLong}>
          {long ? text.short : text.long}
        </Button>
      )}
    </span>
  );
}

function DurationEcho({ value }: { value: string }) {
  const text = useText().launch.input;
  const parsed = parseDuration(value);
  if (value.trim() === "" || "code" in parsed) return null;
  return <span className={styles.note}>{text.lasts(durationText(parsed.value))}</span>;
}

export function DatetimeInput({ draft, onChange, path, label }: InputProps) {
  const text = useText().launch.input;
  const control = useControl(path, label);
  const given = asText(draft);
  const zone = given.zone ?? "UTC";
  const parsed = given.text.trim() === "" ? null : parseDatetime(given.text, zone, Date.now());
  return (
    <>
      <span className={styles.row}>
        <input
          {...control}
          type="text"
          value={given.text}
          placeholder="2026-11-29 14:00"
          onChange={(event) => onChange({ ...given, zone, text: event.target.value })}
        />
        <select
          className={styles.input}
          aria-label={`${label}: ${text.zone}`}
          value={zone}
          onChange={(event) => onChange({ ...given, zone: event.target.value })}
        >
          {[...new Set([zone, ...zones()])].map((each) => (
            <option key={each}>{each}</option>
          ))}
        </select>
        <Button size="small" kind="quiet" onPress={() => onChange({ ...given, zone, text: "now" })}>
          {text.now}
        </Button>
      </span>
      {parsed && "value" in parsed && (
        <span className={styles.note}>{text.isUtc(parsed.value.replace("T", " ").replace("Z", ""))}</span>
      )}
    </>
  );
}

/** Two states, none of them chosen before somebody chooses. */
export function BooleanInput({ draft, onChange, path, label }: InputProps) {
  const text = useText().launch.input;
  const { onLeave } = useContext(Fields);
  const { message } = useProblem(path, label);
  const value = asText(draft).text;
  return (
    <div
      role="radiogroup"
      aria-label={label}
      id={fieldId(path)}
      tabIndex={-1}
      className={styles.choice}
      aria-describedby={message ? `${fieldId(path)}-problem` : undefined}
      onBlur={() => onLeave(path[0] ?? "")}
    >
      {(["true", "false"] as const).map((word) => (
        <label key={word}>
          <input
            type="radio"
            name={fieldId(path)}
            checked={value === word}
            onChange={() => onChange(textDraft(word))}
          />
          {text[word]}
        </label>
      ))}
    </div>
  );
}

/** One of some values. Above eight of them a list that is searched by typing. */
export function EnumInput({ shape, draft, onChange, path, label }: InputProps<Extract<Shape, { kind: "enum" }>>) {
  const text = useText().launch.input;
  const control = useControl(path, label);
  const value = asText(draft).text;
  const set = (next: string) => onChange(next === "" ? { is: "unset" } : textDraft(next));
  if (shape.values.length > 8)
    return (
      <>
        <input
          {...control}
          type="text"
          list={`${control.id}-values`}
          value={value}
          onChange={(event) => set(event.target.value)}
        />
        <datalist id={`${control.id}-values`}>
          {shape.values.map((each) => (
            <option key={each} value={each} />
          ))}
        </datalist>
      </>
    );
  const others = value === "" || shape.values.includes(value) ? [] : [value];
  return (
    <select {...control} value={value} onChange={(event) => set(event.target.value)}>
      <option value="">{text.choose}</option>
      {[...others, ...shape.values].map((each) => (
        <option key={each}>{each}</option>
      ))}
    </select>
  );
}

/** JSON: of a literal, or of data instead of fields. */
export function RawInput({ draft, onChange, path, label }: InputProps) {
  const control = useControl(path, label);
  const value = draft.is === "raw" ? draft.text : "";
  return (
    <textarea
      {...control}
      data-mono=""
      rows={Math.min(16, Math.max(3, value.split("\n").length))}
      value={value}
      onChange={(event) => onChange({ is: "raw", text: event.target.value })}
    />
  );
}
