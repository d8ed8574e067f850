import { language } from "../../base/preferences";
import { useText } from "../../text";
// The list is no part of the first load: it comes with this page.
import { keysEn } from "../../text/keys.en";
import { keysKo } from "../../text/keys.ko";
import { Page } from "../../ui/Page";
import styles from "./Settings.module.css";

/** What the keyboard does. */
export default function Keys() {
  const text = useText();
  const keys = language() === "ko" ? keysKo : keysEn;
  return (
    <Page title={text.keys.title} windowTitle={text.keys.title}>
      <p>{keys.hint}</p>
      <dl className={styles.keys}>
        {Object.entries(keys.list).map(([keys, what]) => (
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
