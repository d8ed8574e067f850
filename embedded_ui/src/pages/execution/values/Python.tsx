import { useStoredText as useText } from "../../../text/stored";
import { Command, Copy } from "../../../ui/Copy";
import styles from "./Values.module.css";

/** Lines of Python, and how they are run so that they find this sandbox. */
export function Python({ name, code }: { name: string; code: string }) {
  const text = useText().stored.values;
  return (
    <section className={styles.python} aria-label={text.pythonLabel(name)}>
      <div className={styles.codeHead}>
        <span>{text.python}</span>
        <Copy text={code} what={text.python} />
      </div>
      <pre className={styles.code}>{code}</pre>
      <p className={styles.how}>
        {text.pythonRun} <Command command="sandbox exec -- python value.py" />
      </p>
    </section>
  );
}
