import { type Preferences, setPreferences, usePreferences } from "../../base/preferences";
import { loadText, useText } from "../../text";
import styles from "./Preferences.module.css";

interface OptionsProps<K extends keyof Preferences> {
  label: string;
  of: K;
  options: [Preferences[K], string][];
}

function Options<K extends keyof Preferences>({ label, of, options }: OptionsProps<K>) {
  const chosen = usePreferences()[of];
  return (
    <fieldset className={styles.group}>
      <legend className={styles.legend}>{label}</legend>
      <div className={styles.options}>
        {options.map(([value, name]) => (
          <label key={String(value)} className={styles.option} data-on={chosen === value ? "" : undefined}>
            <input
              type="radio"
              name={of}
              className="visually-hidden"
              checked={chosen === value}
              onChange={() => {
                setPreferences({ [of]: value } as Partial<Preferences>);
                void loadText();
              }}
            />
            {name}
          </label>
        ))}
      </div>
    </fieldset>
  );
}

/** All that a reader can choose about how things look. */
export function PreferenceFields() {
  const text = useText();
  const { theme, language, zone, density, letters } = text;
  return (
    <div className={styles.preferences}>
      <Options
        label={theme.label}
        of="theme"
        options={[
          ["system", theme.system],
          ["light", theme.light],
          ["dark", theme.dark],
        ]}
      />
      <Options
        label={language.label}
        of="language"
        options={[
          ["system", language.system],
          ["en", language.en],
          ["ko", language.ko],
        ]}
      />
      <Options
        label={zone.label}
        of="zone"
        options={[
          ["local", zone.local],
          ["utc", zone.utc],
        ]}
      />
      <Options
        label={density.label}
        of="density"
        options={[
          ["comfortable", density.comfortable],
          ["compact", density.compact],
        ]}
      />
      <Options
        label={letters.label}
        of="letters"
        options={[
          [true, letters.on],
          [false, letters.off],
        ]}
      />
    </div>
  );
}
