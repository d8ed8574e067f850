import { RotateCcw } from "lucide-react";
import { Fields, fieldId } from "../../feature/literal/context";
import type { Draft } from "../../feature/literal/draft";
import inputs from "../../feature/literal/Inputs.module.css";
import { ProblemLine } from "../../feature/literal/ScalarInput";
import { noneOf, typeName } from "../../feature/literal/shape";
import { ValueInput } from "../../feature/literal/ValueInput";
import { useText } from "../../text";
import { Button } from "../../ui/Button";
import styles from "./Launch.module.css";
import type { FormInput } from "./state";
import type { Launch } from "./use-launch";

interface InputFieldProps {
  input: FormInput;
  draft: Draft;
  onChange: (draft: Draft) => void;
}

function InputField({ input, draft, onChange }: InputFieldProps) {
  const text = useText().launch;
  const { name, shape, description, required, start, origin } = input;
  const changed = JSON.stringify(draft) !== JSON.stringify(start);
  const from = origin === "run" ? text.fromRun : origin === "default" ? text.fromDefault : "";
  const path = [name];
  return (
    <div className={inputs.field}>
      <div className={inputs.head}>
        <label className={inputs.label} htmlFor={fieldId(path)} translate="no">
          {name} <span className={inputs.type}>({typeName(shape)})</span>
          {required && noneOf(shape) < 0 ? "*" : ""}
        </label>
        <span className={inputs.aside}>
          {!changed && from}
          {changed && origin !== null && (
            <Button kind="icon" size="small" label={text.reset(from)} onPress={() => onChange(start)}>
              <RotateCcw size={14} strokeWidth={1.75} aria-hidden />
            </Button>
          )}
        </span>
      </div>
      {description !== "" && <span className={inputs.note}>{description}</span>}
      <ValueInput shape={shape} draft={draft} onChange={onChange} path={path} label={name} />
      <ProblemLine path={path} label={name} />
    </div>
  );
}

/** The fields of all inputs, in the order of their names. */
export function InputFields({ launch, place }: { launch: Launch; place: { project: string; domain: string } }) {
  const text = useText().launch;
  const { state, shown, dispatch, onLeave, onUpload } = launch;
  if (state.inputs.length === 0) return <p className={styles.note}>{text.noInputs}</p>;
  return (
    <Fields value={{ place, problems: shown, onLeave, onUpload }}>
      <div className={styles.inputs}>
        {state.inputs.map((input) => (
          <InputField
            key={input.name}
            input={input}
            draft={state.drafts[input.name] ?? input.start}
            onChange={(draft) => dispatch({ do: "change", name: input.name, draft })}
          />
        ))}
      </div>
    </Fields>
  );
}
