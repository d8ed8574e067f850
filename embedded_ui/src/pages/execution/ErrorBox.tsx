import { useState } from "react";
import type { ExecutionError, Story } from "../../api/types";
import { useQueryValues } from "../../base/query";
import { useText } from "../../text";
import { errorLine } from "../../text/format";
import { Button } from "../../ui/Button";
import { Copy } from "../../ui/Copy";
import { ErrorText } from "../../ui/ErrorText";
import styles from "./Execution.module.css";

/** What went wrong, the end of it first; all of it, a copy, and the way to the node. */
export function ErrorBox({ error, story }: { error: NonNullable<ExecutionError>; story: Story }) {
  const text = useText();
  const [all, setAll] = useState(false);
  const [, change] = useQueryValues();
  const { node, item = null, array } = story;
  const way = { node: array ?? node ?? null, item, attempt: null, tab: null, panel: null };
  const long = error.message.split("\n").length > 8;
  return (
    <section className={styles.errorBox} aria-label={text.execution.error.title}>
      <div className={styles.errorHead}>
        <span>{errorLine(error.message)}</span>
        {error.code && <span className={styles.badge}>{error.code}</span>}
        {long && (
          <Button size="small" kind="quiet" onPress={() => setAll(!all)}>
            {all ? text.act.showLess : text.act.showAll}
          </Button>
        )}
        {node && (
          <Button size="small" kind="quiet" onPress={() => change(way, { push: true })}>
            {text.act.go}
          </Button>
        )}
        <Copy text={error.message} what={text.execution.error.title} />
      </div>
      {long && (
        <div
          className={styles.errorBody}
          data-all={all ? "" : undefined}
          ref={(element) => {
            if (element && !all) element.scrollTop = element.scrollHeight;
          }}
        >
          <ErrorText message={error.message} />
        </div>
      )}
    </section>
  );
}
