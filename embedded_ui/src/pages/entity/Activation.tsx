import { useState } from "react";
import type { Version } from "../../api/entities";
import type { EntityName } from "../../base/kinds";
import type { ScheduleActions } from "../../feature/schedule/use-actions";
import { useText } from "../../text";
import { useMachineText } from "../../text/machine";
import { Button } from "../../ui/Button";
import { Popover } from "../../ui/Popover";
import styles from "./Entity.module.css";

interface ActivationProps {
  entity: EntityName;
  versions: Version[];
  actions: ScheduleActions;
}

function Choose({ entity, versions, actions, close }: ActivationProps & { close: () => void }) {
  const text = useText();
  const { plan } = useMachineText();
  const active = versions.find((version) => version.plan?.closure?.state === "ACTIVE")?.version;
  const [chosen, setChosen] = useState(versions.find(({ version }) => version !== active)?.version ?? "");
  return (
    <form
      className={styles.choose}
      onSubmit={(event) => {
        event.preventDefault();
        close();
        actions.activate(entity, chosen, true);
      }}
    >
      <h2>{plan.ask}</h2>
      <p className={styles.muted}>{plan.askHint}</p>
      <fieldset className={styles.versions}>
        <legend className="visually-hidden">{plan.version}</legend>
        {versions.map(({ version }) => (
          <label key={version} className={styles.choice}>
            <input
              type="radio"
              name="version"
              checked={chosen === version}
              disabled={version === active}
              onChange={() => setChosen(version)}
            />
            {version} {version === active && <span className={styles.active}>{text.entities.active}</span>}
          </label>
        ))}
      </fieldset>
      <span className={styles.bar}>
        <Button onPress={close}>{text.act.cancel}</Button>
        <Button kind="primary" type="submit" disabled={chosen === "" || chosen === active}>
          {plan.activateThis}
        </Button>
      </span>
    </form>
  );
}

/** Which version of a launch plan is active: the buttons of the original console. */
export function Activation({ entity, versions, actions }: ActivationProps) {
  const { plan } = useMachineText();
  const active = versions.find((version) => version.plan?.closure?.state === "ACTIVE");
  const label = active ? plan.update : plan.add;
  return (
    <>
      {(!active || versions.length > 1) && (
        <Popover trigger={<Button disabled={actions.off}>{label}</Button>} label={label}>
          {(close) => <Choose entity={entity} versions={versions} actions={actions} close={close} />}
        </Popover>
      )}
      {active && (
        <Button
          label={plan.deactivateHint}
          disabled={actions.off}
          onPress={() => actions.activate(entity, active.version, false)}
        >
          {plan.deactivate}
        </Button>
      )}
    </>
  );
}
