import { Search, X } from "lucide-react";
import { useEffect, useId, useRef, useState } from "react";
import { useText } from "../text";
import styles from "./Field.module.css";

export interface FieldProps {
  label: string;
  value: string;
  onChange: (value: string) => void;
  hint?: string;
  error?: string | undefined;
  multiline?: boolean;
  mono?: boolean;
  required?: boolean;
  placeholder?: string;
  /** What is offered while something is typed. */
  list?: readonly string[] | undefined;
}

/** A labelled text field; its hint and its error are told to screen readers, too. */
export function Field(props: FieldProps) {
  const { label, value, onChange, hint, error, multiline, mono, required, placeholder, list } = props;
  const id = useId();
  const notes = [hint ? `${id}-hint` : "", error ? `${id}-error` : ""].filter(Boolean).join(" ");
  const common = {
    id,
    value,
    placeholder,
    required,
    className: styles.input,
    "data-mono": mono ? "" : undefined,
    "aria-invalid": error ? true : undefined,
    "aria-describedby": notes || undefined,
  };
  return (
    <div className={styles.field}>
      <label htmlFor={id} className={styles.label}>
        {label}
        {required && <span aria-hidden>*</span>}
      </label>
      {multiline ? (
        <textarea {...common} rows={4} onChange={(event) => onChange(event.target.value)} />
      ) : (
        <input {...common} type="text" list={list && `${id}-list`} onChange={(event) => onChange(event.target.value)} />
      )}
      {list && (
        <datalist id={`${id}-list`}>
          {list.map((each) => (
            <option key={each} value={each} />
          ))}
        </datalist>
      )}
      {hint && (
        <span id={`${id}-hint`} className={styles.hint}>
          {hint}
        </span>
      )}
      {error && (
        <span id={`${id}-error`} className={styles.error}>
          {error}
        </span>
      )}
    </div>
  );
}

export interface SearchProps {
  label: string;
  value: string;
  onChange: (value: string) => void;
  /** So many milliseconds after the last key the change is told. */
  delay?: number;
  width?: number;
  /** Where there is little room: shorter than the label. */
  placeholder?: string;
}

/** A search field. `/` puts the focus into the first one of a page. */
export function SearchBox({ label, value, onChange, delay = 150, width = 220, placeholder }: SearchProps) {
  const text = useText();
  const [shown, setShown] = useState(value);
  const told = useRef(value);
  useEffect(() => {
    if (value !== told.current) {
      told.current = value;
      setShown(value);
    }
  }, [value]);
  useEffect(() => {
    if (shown === told.current) return;
    const timer = setTimeout(() => {
      told.current = shown;
      onChange(shown);
    }, delay);
    return () => clearTimeout(timer);
  }, [shown, delay, onChange]);
  return (
    <span className={styles.search} style={{ "--width": `${width}px` } as React.CSSProperties}>
      <Search size={14} strokeWidth={1.75} aria-hidden className={styles.icon} />
      <input
        type="search"
        aria-label={label}
        placeholder={placeholder ?? label}
        value={shown}
        data-page-search=""
        className={styles.searchInput}
        onChange={(event) => setShown(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === "Escape" && shown !== "") {
            event.stopPropagation();
            setShown("");
          }
        }}
      />
      {shown !== "" && (
        <button type="button" className={styles.clear} aria-label={text.act.clear} onClick={() => setShown("")}>
          <X size={14} strokeWidth={1.75} aria-hidden />
        </button>
      )}
    </span>
  );
}
