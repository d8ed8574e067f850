import { ChevronRight } from "lucide-react";
import { type ReactNode, useState } from "react";
import { useText } from "../text";
import { Nothing } from "./Amount";
import styles from "./Value.module.css";

/** A value to be shown as a tree: a leaf with its text, or named children. */
export type ValueTree =
  | { leaf: "text" | "number" | "word" | "none" | "other"; text: string; extra?: ReactNode }
  | { type: "list" | "map"; entries: [string, ValueTree][] };

const FIRST = 50;

/** The text of a tree in one line, for tables. */
export function oneLine(tree: ValueTree, limit = 120): string {
  const text = "leaf" in tree ? tree.text : inline(tree, limit);
  const flat = text.replace(/\s+/g, " ");
  return flat.length > limit ? `${flat.slice(0, limit - 1)}…` : flat;
}

function inline(tree: ValueTree, room: number): string {
  if ("leaf" in tree) return tree.leaf === "text" ? JSON.stringify(tree.text) : tree.text;
  let out = "";
  for (const [key, value] of tree.entries) {
    if (out.length > room) break;
    out += `${out === "" ? "" : ", "}${tree.type === "map" ? `${key}: ` : ""}${inline(value, room - out.length)}`;
  }
  return tree.type === "list" ? `[${out}]` : `{${out}}`;
}

function Leaf({ tree }: { tree: Extract<ValueTree, { leaf: string }> }) {
  if (tree.leaf === "none") return <Nothing />;
  return (
    <span className={styles.leaf} data-leaf={tree.leaf}>
      {tree.text === "" ? '""' : tree.text}
      {tree.extra}
    </span>
  );
}

function Branch({ name, tree, level }: { name: string; tree: ValueTree; level: number }) {
  const text = useText();
  const [open, setOpen] = useState(level < 2);
  const [shown, setShown] = useState(FIRST);
  if ("leaf" in tree || tree.entries.length === 0)
    return (
      <div className={styles.row}>
        {name !== "" && <span className={styles.name}>{name}</span>}
        {"leaf" in tree ? (
          <Leaf tree={tree} />
        ) : (
          <span className={styles.leaf}>{tree.type === "list" ? "[]" : "{}"}</span>
        )}
      </div>
    );
  return (
    <div>
      <button type="button" className={styles.fold} aria-expanded={open} onClick={() => setOpen(!open)}>
        <ChevronRight size={14} strokeWidth={1.75} aria-hidden />
        {name !== "" && <span className={styles.name}>{name}</span>}
        <span className={styles.summary} translate={open ? "yes" : "no"}>
          {open ? text.values.entries(tree.entries.length) : oneLine(tree, 80)}
        </span>
      </button>
      {open && (
        <div className={styles.children}>
          {tree.entries.slice(0, shown).map(([key, value]) => (
            <Branch key={key} name={key} tree={value} level={level + 1} />
          ))}
          {tree.entries.length > shown && (
            <button type="button" className={styles.more} onClick={() => setShown(shown + 500)}>
              {text.values.more(tree.entries.length - shown)}
            </button>
          )}
        </div>
      )}
    </div>
  );
}

/** A value as a tree that folds. */
export function Value({ tree }: { tree: ValueTree }) {
  return (
    <div className={styles.value} translate="no">
      <Branch name="" tree={tree} level={0} />
    </div>
  );
}
