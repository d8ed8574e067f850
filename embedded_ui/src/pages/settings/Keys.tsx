import { useText } from "../../text";
import { Page } from "../../ui/Page";
import styles from "./Settings.module.css";

/** What the keyboard does. */
export default function Keys() {
  const text = useText();
  return (
    <Page title={text.keys.title} windowTitle={text.keys.title}>
      <p>{text.keys.hint}</p>
      <dl className={styles.keys}>
        {Object.entries(text.keys.list).map(([keys, what]) => (
          <div key={keys} style={{ display: "contents" }}>
            <dt>
              <kbd>{keys}</kbd>
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
    </Page>
  );
}
