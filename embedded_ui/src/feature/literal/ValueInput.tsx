import { X } from "lucide-react";
import { useText } from "../../text";
import { Button } from "../../ui/Button";
import { AddressInput } from "./AddressInput";
import { fieldId } from "./context";
import { JsonMistake, parseData, writeData } from "./data";
import { type Draft, draftOfData, emptyDraft, UNSET } from "./draft";
import styles from "./Inputs.module.css";
import { ManyInput } from "./ManyInput";
import { readData } from "./parse-data";
import {
  BooleanInput,
  DatetimeInput,
  EnumInput,
  type InputProps,
  ProblemLine,
  RawInput,
  TextInput,
} from "./ScalarInput";
import { noneOf, optionalOf, type Shape, typeName } from "./shape";

/** The field of a value of any type. */
export function ValueInput(props: InputProps) {
  const { shape, draft } = props;
  const text = useText().launch.input;
  if (shape.kind === "union") return <UnionInput {...props} shape={shape} />;
  if (shape.kind === "struct") return <ValueInput {...props} shape={shape.of} />;
  if (shape.kind === "object") return <ObjectInput {...props} shape={shape} />;
  if (draft.is === "raw" || shape.kind === "data") return <RawInput {...props} />;
  switch (shape.kind) {
    case "raw":
      return (
        <>
          <span className={styles.note}>{text.rawLiteral}</span>
          <RawInput {...props} />
        </>
      );
    case "none":
      return <span className={styles.none}>{text.none}</span>;
    case "boolean":
      return <BooleanInput {...props} />;
    case "enum":
      return <EnumInput {...props} shape={shape} />;
    case "datetime":
      return <DatetimeInput {...props} />;
    case "list":
    case "map":
      return <ManyInput {...props} shape={shape} />;
    case "blob":
    case "table":
      return <AddressInput {...props} shape={shape} />;
    default:
      return <TextInput {...props} />;
  }
}

/** Something or nothing, or one of several types. */
function UnionInput({ shape, draft, onChange, path, label }: InputProps<Extract<Shape, { kind: "union" }>>) {
  const text = useText().launch.input;
  const optional = optionalOf(shape);
  const at = draft.is === "choice" ? draft.at : noneOf(shape);
  const chosen = draft.is === "choice" ? shape.of[draft.at] : undefined;
  const choose = (index: number) => {
    const variant = shape.of[index];
    onChange(
      !variant || variant.shape.kind === "none" ? UNSET : { is: "choice", at: index, value: emptyDraft(variant.shape) },
    );
  };
  const inner = chosen && draft.is === "choice" && (
    <ValueInput
      shape={chosen.shape}
      draft={draft.value}
      onChange={(value) => onChange({ is: "choice", at: draft.at, value })}
      path={path}
      label={label}
    />
  );
  if (draft.is === "raw") return <RawInput shape={shape} draft={draft} onChange={onChange} path={path} label={label} />;
  if (optional)
    return inner ? (
      <span className={styles.item}>
        <span className={styles.itemValue}>{inner}</span>
        <Button kind="icon" size="small" label={`${label}: ${text.giveNone}`} onPress={() => onChange(UNSET)}>
          <X size={14} strokeWidth={1.75} aria-hidden />
        </Button>
      </span>
    ) : (
      <span className={styles.none}>
        {text.none}
        <Button size="small" label={`${label}: ${text.giveValue}`} onPress={() => choose(optional.at)}>
          {text.giveValue}
        </Button>
      </span>
    );
  return (
    <span className={styles.row}>
      <select
        id={inner ? undefined : fieldId(path)}
        className={styles.input}
        aria-label={`${label}: ${text.type}`}
        value={at}
        onChange={(event) => choose(Number(event.target.value))}
      >
        {shape.of.map((variant, index) => (
          <option key={variant.label} value={index}>
            {variant.label}
          </option>
        ))}
      </select>
      {inner && <span className={styles.itemValue}>{inner}</span>}
    </span>
  );
}

type ObjectShape = Extract<Shape, { kind: "object" }>;

/** The draft of the other way of writing: JSON of the fields, or fields of the JSON. */
function switched(shape: ObjectShape, draft: Draft): Draft {
  if (draft.is === "object") {
    const { value } = readData(shape, draft, []);
    return { is: "raw", text: value === undefined ? "" : writeData(value, 2) };
  }
  if (draft.is !== "raw" || draft.text.trim() === "") return emptyDraft(shape);
  try {
    return draftOfData(shape, parseData(draft.text));
  } catch (error) {
    if (!(error instanceof JsonMistake)) throw error;
    return draft; // What is no JSON stays until it is.
  }
}

/** The fields of a dataclass, each of its own type; JSON instead of them is always possible. */
function ObjectInput({ shape, draft, onChange, path, label }: InputProps<ObjectShape>) {
  const text = useText().launch.input;
  const fields = draft.is === "object" ? draft.fields : {};
  return (
    <fieldset
      aria-label={label}
      className={styles.group}
      {...(draft.is === "raw" ? {} : { id: fieldId(path), tabIndex: -1 })}
    >
      {draft.is === "raw" ? (
        <RawInput shape={shape} draft={draft} onChange={onChange} path={path} label={label} />
      ) : (
        shape.fields.map((field) => {
          const own = [...path, field.name];
          const name = `${label}.${field.name}`;
          return (
            <div key={field.name} className={styles.field}>
              <span className={styles.head} translate="no">
                <span className={styles.label}>{field.name}</span>
                <span className={styles.type}>
                  ({typeName(field.shape)}){field.required && noneOf(field.shape) < 0 ? "*" : ""}
                </span>
              </span>
              {field.description !== "" && <span className={styles.note}>{field.description}</span>}
              <ValueInput
                shape={field.shape}
                draft={fields[field.name] ?? UNSET}
                onChange={(value) => onChange({ is: "object", fields: { ...fields, [field.name]: value } })}
                path={own}
                label={name}
              />
              <ProblemLine path={own} label={name} />
            </div>
          );
        })
      )}
      <span className={styles.row}>
        <Button size="small" kind="quiet" onPress={() => onChange(switched(shape, draft))}>
          {draft.is === "raw" ? text.fields : text.raw}
        </Button>
      </span>
    </fieldset>
  );
}
