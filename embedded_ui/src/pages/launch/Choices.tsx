import { useId } from "react";
import inputs from "../../feature/literal/Inputs.module.css";
import { useText } from "../../text";
import { version as shortVersion } from "../../text/format";
import { SearchBox } from "../../ui/Field";
import styles from "./Launch.module.css";
import type { Source } from "./source";
import type { Launch } from "./use-launch";

/** From so many versions on they are searched, not only chosen. */
const MANY = 10;

function Versions({ data }: { data: Launch["data"] }) {
  const text = useText().launch;
  const id = useId();
  const { versions, version, contains } = data;
  const listed = versions.some((each) => each.version === version) ? versions : [{ version, created: "" }, ...versions];
  return (
    <div className={styles.picker}>
      <label htmlFor={id} className={styles.pickerLabel}>
        {text.version}
      </label>
      <span className={inputs.row}>
        <select
          id={id}
          className={inputs.input}
          value={version}
          onChange={(event) => data.setVersion(event.target.value)}
        >
          {listed.map((each) => (
            <option key={each.version} value={each.version}>
              {shortVersion(each.version)}
              {contains === "" && each.version === versions[0]?.version ? ` (${text.newest})` : ""}
            </option>
          ))}
        </select>
        {(versions.length >= MANY || contains !== "") && (
          <SearchBox
            label={text.findVersion}
            value={contains}
            delay={500}
            width={150}
            onChange={(value) => data.setContains(value.trim().length >= 3 ? value.trim() : "")}
          />
        )}
      </span>
    </div>
  );
}

function Plans({ data }: { data: Launch["data"] }) {
  const text = useText().launch;
  const id = useId();
  return (
    <div className={styles.picker}>
      <label htmlFor={id} className={styles.pickerLabel}>
        {text.plan}
      </label>
      <select
        id={id}
        className={inputs.input}
        value={data.launchable?.id.name ?? ""}
        onChange={(event) => data.setPlan(event.target.value)}
      >
        {data.plans.map(({ id: { name } }) => (
          <option key={name}>{name}</option>
        ))}
      </select>
    </div>
  );
}

export type Mode = "form" | "json";

function Modes({ mode, onMode }: { mode: Mode; onMode: (mode: Mode) => void }) {
  const text = useText().launch;
  const name = useId();
  return (
    <div role="radiogroup" aria-label={text.mode} className={`${inputs.choice} ${styles.modes}`}>
      {(["form", "json"] as const).map((each) => (
        <label key={each}>
          <input type="radio" name={name} checked={mode === each} onChange={() => onMode(each)} />
          {text[each]}
        </label>
      ))}
    </div>
  );
}

export interface ChoicesProps {
  source: Source;
  data: Launch["data"];
  mode: Mode;
  onMode: (mode: Mode) => void;
}

/** Which version, by which plan, and how its inputs are written. */
export function Choices({ source, data, mode, onMode }: ChoicesProps) {
  return (
    <div className={styles.choices}>
      <Versions data={data} />
      {source.of.kind === "workflow" && data.plans.length > 0 && <Plans data={data} />}
      <Modes mode={mode} onMode={onMode} />
    </div>
  );
}
