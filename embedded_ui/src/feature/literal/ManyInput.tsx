import { ArrowDown, ArrowUp, Plus, X } from "lucide-react";
import { useId, useState } from "react";
import { useText } from "../../text";
import { Button } from "../../ui/Button";
import { type Data, isMap, JsonMistake, parseData } from "./data";
import { type Draft, draftOfData, emptyDraft, type Item, nextId } from "./draft";
import styles from "./Inputs.module.css";
import { type InputProps, ProblemLine, useControl } from "./ScalarInput";
import type { Shape } from "./shape";
import { ValueInput } from "./ValueInput";

type Many = Extract<Shape, { kind: "list" | "map" }>;

const icon = { size: 14, strokeWidth: 1.75, "aria-hidden": true } as const;

/** Several values at once: JSON, or a text whose lines are the values (of a map: key=value). */
function itemsOfPaste(shape: Many, pasted: string): [string, Draft][] {
  let data: Data | undefined;
  try {
    data = parseData(pasted);
  } catch (error) {
    if (!(error instanceof JsonMistake)) throw error;
  }
  if (shape.kind === "list" && Array.isArray(data)) return data.map((each) => ["", draftOfData(shape.of, each)]);
  if (shape.kind === "map" && isMap(data))
    return Object.entries(data).map(([key, each]) => [key, draftOfData(shape.of, each)]);
  const lines = pasted.split(/\r?\n/).filter((line) => line.trim() !== "");
  return lines.map((line) => {
    const [, key = "", value = line] = shape.kind === "map" ? (/^([^=:\t]*)[=:\t]\s*(.*)$/.exec(line) ?? []) : [];
    let of: Data = value;
    try {
      of = shape.of.kind === "string" ? value : parseData(value);
    } catch (error) {
      if (!(error instanceof JsonMistake)) throw error;
    }
    return [key.trim(), draftOfData(shape.of, of)];
  });
}

interface RowProps {
  shape: Many;
  items: Item[];
  at: number;
  onItems: (items: Item[]) => void;
  path: string[];
  label: string;
}

function KeyInput({
  item,
  path,
  label,
  onKey,
}: {
  item: Item;
  path: string[];
  label: string;
  onKey: (key: string) => void;
}) {
  const control = useControl([...path, String(item.id)], label);
  const text = useText().launch.input;
  return (
    <input
      {...control}
      id={`${control.id}-key`}
      type="text"
      className={`${styles.input} ${styles.key}`}
      aria-label={`${label}: ${text.key}`}
      placeholder={text.key}
      value={item.key}
      onChange={(event) => onKey(event.target.value)}
    />
  );
}

function Row({ shape, items, at, onItems, path, label }: RowProps) {
  const text = useText().launch.input;
  const item = items[at];
  if (!item) return null;
  const own = [...path, String(item.id)];
  const name = shape.kind === "list" ? `${label}[${at}]` : `${label}[${item.key === "" ? at : item.key}]`;
  const change = (by: Partial<Item>) => onItems(items.map((each) => (each.id === item.id ? { ...each, ...by } : each)));
  const move = (to: number) => {
    const next = items.filter(({ id }) => id !== item.id);
    next.splice(to, 0, item);
    onItems(next);
  };
  return (
    <li className={styles.item}>
      {shape.kind === "list" ? (
        <span className={styles.index}>{at}</span>
      ) : (
        <KeyInput item={item} path={path} label={name} onKey={(key) => change({ key })} />
      )}
      <span className={styles.itemValue}>
        <ValueInput
          shape={shape.of}
          draft={item.value}
          onChange={(value) => change({ value })}
          path={own}
          label={name}
        />
        <ProblemLine path={own} label={name} />
      </span>
      {shape.kind === "list" && at > 0 && (
        <Button kind="icon" size="small" label={text.up(name)} onPress={() => move(at - 1)}>
          <ArrowUp {...icon} />
        </Button>
      )}
      {shape.kind === "list" && at < items.length - 1 && (
        <Button kind="icon" size="small" label={text.down(name)} onPress={() => move(at + 1)}>
          <ArrowDown {...icon} />
        </Button>
      )}
      <Button
        kind="icon"
        size="small"
        label={text.remove(name)}
        onPress={() => onItems(items.filter(({ id }) => id !== item.id))}
      >
        <X {...icon} />
      </Button>
    </li>
  );
}

function Paste({ label, onDone }: { label: string; onDone: (pasted: string | null) => void }) {
  const { launch, act } = useText();
  const [value, setValue] = useState("");
  const id = useId();
  return (
    <div className={styles.field}>
      <textarea
        className={styles.input}
        data-mono=""
        rows={4}
        aria-label={`${label}: ${launch.input.paste}`}
        aria-describedby={id}
        value={value}
        onChange={(event) => setValue(event.target.value)}
      />
      <span className={styles.row}>
        <span id={id} className={styles.note}>
          {launch.input.pasteHint}
        </span>
        <Button size="small" onPress={() => onDone(value)}>
          {launch.input.pasteDo}
        </Button>
        <Button size="small" kind="quiet" onPress={() => onDone(null)}>
          {act.cancel}
        </Button>
      </span>
    </div>
  );
}

/** The items of a list, or the entries of a map. */
export function ManyInput({ shape, draft, onChange, path, label }: InputProps<Many>) {
  const text = useText().launch.input;
  const [pasting, setPasting] = useState(false);
  const items = draft.is === "items" ? draft.items : [];
  const onItems = (next: Item[]) => onChange({ is: "items", items: next });
  const add = (values: [string, Draft][]) =>
    onItems([...items, ...values.map(([key, value], index) => ({ id: nextId(items) + index, key, value }))]);
  return (
    <fieldset aria-label={label} className={styles.group}>
      {items.length > 0 && (
        <ul className={styles.field}>
          {items.map((item, at) => (
            <Row key={item.id} shape={shape} items={items} at={at} onItems={onItems} path={path} label={label} />
          ))}
        </ul>
      )}
      {pasting ? (
        <Paste
          label={label}
          onDone={(pasted) => {
            setPasting(false);
            if (pasted !== null) add(itemsOfPaste(shape, pasted));
          }}
        />
      ) : (
        <span className={styles.row}>
          {items.length === 0 && (
            <span className={styles.note}>{shape.kind === "list" ? text.emptyList : text.emptyMap}</span>
          )}
          <Button size="small" label={text.addTo(label)} onPress={() => add([["", emptyDraft(shape.of)]])}>
            <Plus {...icon} />
            {text.add}
          </Button>
          <Button size="small" kind="quiet" onPress={() => setPasting(true)}>
            {text.paste}
          </Button>
        </span>
      )}
    </fieldset>
  );
}
