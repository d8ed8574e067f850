import { useState } from "react";
import { useEntities } from "../../api/entities";
import type { Place } from "../../base/kinds";
import { useQueryValues } from "../../base/query";
import control from "../../feature/control/Control.module.css";
import { useText } from "../../text";
import { useCompareText } from "../../text/compare";
import { Button } from "../../ui/Button";
import { Field } from "../../ui/Field";

export interface FilterFormProps {
  label: string;
  /** The word of the address. */
  of: "what" | "version" | "label" | "user";
  place: Place;
  close: () => void;
}

function WithNames(props: FilterFormProps) {
  const tasks = useEntities(props.place, "task", false).data?.entities ?? [];
  const workflows = useEntities(props.place, "workflow", false).data?.entities ?? [];
  return <Typed {...props} names={[...workflows, ...tasks].map(({ name }) => name)} />;
}

function Typed({ label, of, close, names }: FilterFormProps & { names?: string[] }) {
  const text = useText();
  const { hints, apply } = useCompareText().list;
  const [query, change] = useQueryValues();
  const [value, setValue] = useState(query.get(of) ?? "");
  return (
    <form
      className={control.popover}
      onSubmit={(event) => {
        event.preventDefault();
        change({ [of]: value.trim() });
        close();
      }}
    >
      <Field label={label} hint={hints[of]} value={value} onChange={setValue} list={names} />
      <span className={control.buttons}>
        <Button onPress={close}>{text.act.cancel}</Button>
        <Button kind="primary" type="submit">
          {apply}
        </Button>
      </span>
    </form>
  );
}

/** A filter that is typed; that for what ran offers the names that there are. */
export default function FilterForm(props: FilterFormProps) {
  return props.of === "what" ? <WithNames {...props} /> : <Typed {...props} />;
}
