import { useState } from "react";
import { clearTaskResources, setTaskResources, type TaskResources } from "../../api/machine";
import type { Limits } from "../../api/types";
import type { Place } from "../../base/kinds";
import {
  attributeFile,
  changes,
  compact,
  inForce,
  mistakes,
  type Part,
  RESOURCES,
} from "../../feature/settings/attributes";
import { useText } from "../../text";
import { useMachineText } from "../../text/machine";
import { Button } from "../../ui/Button";
import { CodeBlock } from "../../ui/CodeBlock";
import { Command } from "../../ui/Copy";
import { ErrorState } from "../../ui/States";
import { toastFailure } from "../../ui/toast";
import { useHere } from "../../ui/use-here";
import styles from "./Settings.module.css";

interface EditorProps {
  place: Place;
  /** Empty: the whole domain. */
  workflow: string;
  limits: Limits;
  close: () => void;
  onDone: () => void;
}

type Step = "edit" | "review";

function Fields({ set, change }: { set: TaskResources; change: (part: Part, field: string, text: string) => void }) {
  const words = useMachineText().limits;
  const wrong = mistakes(set);
  return (
    <div className={styles.fields}>
      <span className={styles.head}>{words.resource}</span>
      <span className={styles.head}>{words.default}</span>
      <span className={styles.head}>{words.limit}</span>
      {RESOURCES.map(({ name, field }) => [
        <b key={name}>{words.names[name]}</b>,
        ...(["defaults", "limits"] as const).map((part) => {
          const mistake = wrong.find((each) => each.part === part && each.field === field);
          const id = `${part}-${field}`;
          const label = `${words.names[name]}, ${part === "defaults" ? words.default : words.limit}`;
          return (
            <span key={id} className={styles.field}>
              <input
                aria-label={label}
                value={set[part][field] ?? ""}
                placeholder={words.none}
                aria-invalid={mistake ? true : undefined}
                aria-describedby={mistake ? `${id}-wrong` : undefined}
                onChange={(event) => change(part, field, event.target.value)}
              />
              {mistake && (
                <span id={`${id}-wrong`} className={styles.wrong}>
                  {words[mistake.kind]}
                </span>
              )}
            </span>
          );
        }),
      ])}
    </div>
  );
}

function Review({ before, after, file }: { before: TaskResources; after: TaskResources; file: string }) {
  const words = useMachineText().limits;
  const found = changes(before, after);
  if (found.length === 0) return <p>{words.same}</p>;
  return (
    <>
      <h3>{words.diff}</h3>
      <ul className={styles.changes} aria-label={words.diff}>
        {found.map(({ part, name, before: was, after: will }) => (
          <li key={part + name} className={styles.change}>
            <span>
              {words.names[name]}, {part === "defaults" ? words.default : words.limit}
            </span>
            <code className={styles.before}>{was || words.none}</code>
            <span aria-hidden>→</span>
            <code>{will || words.none}</code>
          </li>
        ))}
      </ul>
      <p className={styles.muted}>{words.takes}</p>
      <p>
        {words.command} <Command command="flytectl update task-resource-attribute --attrFile limits.yaml" />
      </p>
      <CodeBlock code={file} what="limits.yaml" />
    </>
  );
}

/** Sets defaults and limits of a place; what changes is shown before anything is sent. */
export function LimitsEditor({ place, workflow, limits, close, onDone }: EditorProps) {
  const text = useText();
  const words = useMachineText().limits;
  const begin = useHere();
  const before = inForce(limits);
  const [set, setSet] = useState<TaskResources>(before);
  const [step, setStep] = useState<Step>("edit");
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const after = compact(set);
  const own = limits.resources.some(({ from }) => from === (workflow === "" ? "project_domain" : "workflow"));
  const where = workflow === "" ? text.place.pair(place.project, place.domain) : workflow;
  const send = async (work: () => Promise<void>) => {
    const here = begin();
    setBusy(true);
    try {
      await work();
      onDone();
      if (here()) close();
    } catch (caught) {
      if (!here()) toastFailure(words.title(where), caught);
      setError(caught);
      setBusy(false);
    }
  };
  const change = (part: Part, field: string, value: string) =>
    setSet((now) => ({ ...now, [part]: { ...now[part], [field]: value } }));
  const same = changes(before, after).length === 0;
  return (
    <div className={styles.editor}>
      <h2>{words.title(where)}</h2>
      {step === "edit" ? (
        <>
          <p className={styles.muted}>{words.hint}</p>
          <Fields set={set} change={change} />
        </>
      ) : (
        <Review before={before} after={after} file={attributeFile({ ...place, workflow }, after)} />
      )}
      {error !== null && <ErrorState title={text.launch.refused} error={error} />}
      <span className={styles.buttons}>
        <Button onPress={close}>{text.act.cancel}</Button>
        {step === "edit" ? (
          <>
            {own && (
              <Button
                label={words.clearHint}
                disabled={busy}
                onPress={() => void send(() => clearTaskResources(place, workflow))}
              >
                {words.clear}
              </Button>
            )}
            <Button kind="primary" disabled={mistakes(set).length > 0} onPress={() => setStep("review")}>
              {words.review}
            </Button>
          </>
        ) : (
          <>
            <Button onPress={() => setStep("edit")}>{words.back}</Button>
            <Button
              kind="primary"
              disabled={busy || same}
              onPress={() => void send(() => setTaskResources(place, workflow, after))}
            >
              {words.apply}
            </Button>
          </>
        )}
      </span>
    </div>
  );
}
