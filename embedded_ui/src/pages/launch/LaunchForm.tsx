import { useEffect, useState } from "react";
import type { RunName } from "../../base/kinds";
import inputStyles from "../../feature/literal/Inputs.module.css";
import { useReachable } from "../../live/use-live";
import { useText } from "../../text";
import { Button } from "../../ui/Button";
import { copyText } from "../../ui/clipboard";
import { Menu } from "../../ui/Menu";
import { Boundary, Empty, ErrorState, LoadingLine } from "../../ui/States";
import type { Advanced } from "./advanced";
import { Choices, type Mode } from "./Choices";
import { curlCommand, pyflyteCommand } from "./copies";
import { InputFields } from "./InputFields";
import styles from "./Launch.module.css";
import { draftsOfText, plainText } from "./plain";
import { Settings } from "./Settings";
import type { Source } from "./source";
import { type Launch, useLaunch } from "./use-launch";

export interface LaunchFormProps {
  source: Source;
  onCancel: () => void;
  onLaunched: (run: RunName) => void;
  /** Told whether leaving would lose something. */
  onChanged?: (changed: boolean) => void;
}

/** The inputs as JSON. What is wrong with the JSON stands below it; the form follows each text that reads. */
function JsonInputs({ launch }: { launch: Launch }) {
  const { launch: text } = useText();
  const [value, setValue] = useState(() => plainText(launch.state, Date.now()));
  const [mistake, setMistake] = useState("");
  const change = (next: string) => {
    setValue(next);
    const result = draftsOfText(launch.state.inputs, next);
    if ("drafts" in result) {
      setMistake("");
      launch.dispatch({ do: "drafts", drafts: result.drafts });
    } else if ("unknown" in result) setMistake(text.dropped(result.unknown.join(", ")));
    else {
      const { line, column, message } = result;
      setMistake(text.field["json"]?.(text.inputs, { line: String(line), column: String(column), message }) ?? message);
    }
  };
  return (
    <div className={inputStyles.field}>
      <textarea
        className={inputStyles.input}
        data-mono=""
        rows={Math.min(24, Math.max(6, value.split("\n").length + 1))}
        aria-label={`${text.inputs}: ${text.json}`}
        spellCheck={false}
        value={value}
        onChange={(event) => change(event.target.value)}
      />
      {mistake === "" ? (
        <span className={inputStyles.note}>{text.jsonHint}</span>
      ) : (
        <span className={inputStyles.error} role="alert">
          {mistake}
        </span>
      )}
      {launch.shown.map(({ path, code, values }) => (
        <span key={path.join("/") + code} className={inputStyles.error}>
          {text.field[code]?.(path[0] ?? "", values)}
        </span>
      ))}
    </div>
  );
}

/** The words for problems of the settings. */
function useSettingProblems(launch: Launch): Partial<Record<keyof Advanced, string>> {
  const text = useText().launch;
  const words: Record<string, string> = {
    name: text.advanced.nameWrong,
    maxParallelism: text.advanced.parallelismWrong,
  };
  return Object.fromEntries(
    launch.shown
      .filter(({ path }) => path[0] === "advanced")
      .map(({ path, code, values }) => [
        path[1] ?? "",
        values["message"] ?? words[path[1] ?? ""] ?? text.field[code]?.(path[1] ?? "", values) ?? "",
      ]),
  );
}

function Notes({ launch }: { launch: Launch }) {
  const text = useText().launch;
  const { state, restored, data, discard } = launch;
  const fixed = Object.keys(data.launchable?.fixed.literals ?? {});
  return (
    <>
      {restored && state.changed && (
        <p className={styles.note}>
          {text.kept}
          <Button size="small" kind="quiet" onPress={discard}>
            {text.discard}
          </Button>
        </p>
      )}
      {state.dropped.length > 0 && (
        <p className={`${styles.note} ${styles.warn}`} role="status">
          {text.dropped(state.dropped.join(", "))}
        </p>
      )}
      {fixed.length > 0 && (
        <p className={styles.note}>
          {text.fixed}: {fixed.join(", ")}
        </p>
      )}
    </>
  );
}

function Foot({ launch, onCancel }: { launch: Launch; onCancel: () => void }) {
  const text = useText();
  const reachable = useReachable();
  const { problems, state, sending, data, literals, body } = launch;
  const fields = new Set(problems.map(({ path }) => path.join("/"))).size;
  const off = !reachable ? text.banner.away_reason : sending || !data.launchable;
  const copies = text.launch.copies;
  const id = data.launchable?.id;
  return (
    <div className={styles.foot}>
      <span className={styles.footNote} data-bad={state.submitted && fields > 0 ? "" : undefined} aria-live="polite">
        {fields > 0 && text.launch.needs(fields)}
      </span>
      {id && problems.length === 0 && (
        <Menu
          label={text.act.copyAs}
          kind="quiet"
          items={[
            { id: "pyflyte", label: copies.pyflyte, onAction: () => void copyText(pyflyteCommand(id, literals)) },
            { id: "curl", label: copies.curl, onAction: () => void copyText(curlCommand(location.origin, body())) },
          ]}
        >
          {text.act.copyAs}
        </Menu>
      )}
      <Button onPress={onCancel}>{text.act.cancel}</Button>
      <Button kind="primary" disabled={off} onPress={() => void launch.submit()}>
        {sending ? text.launch.launching : text.launch.submit}
      </Button>
    </div>
  );
}

function Body({ source, launch, onCancel }: { source: Source; launch: Launch; onCancel: () => void }) {
  const text = useText();
  const { data, state, dispatch, refusal } = launch;
  const [mode, setMode] = useState<Mode>("form");
  const problems = useSettingProblems(launch);
  const task = source.of.kind === "task";
  if (data.error)
    return <ErrorState title={text.state.unread(text.launch.unread)} error={data.error} onRetry={data.retry} />;
  if (data.nothing) return <Empty>{text.launch.noVersions}</Empty>;
  return (
    <>
      <Choices source={source} data={data} mode={mode} onMode={setMode} />
      <LoadingLine loading={data.loading} />
      {!data.loading && !data.launchable && <Empty>{text.launch.noPlans}</Empty>}
      {data.launchable && (
        <>
          <Notes launch={launch} />
          <Boundary of={data.version}>
            {mode === "form" ? (
              <InputFields launch={launch} place={source.of} />
            ) : (
              <JsonInputs key={data.version} launch={launch} />
            )}
          </Boundary>
          <Settings
            value={state.advanced}
            onChange={(change) => dispatch({ do: "advanced", change })}
            problems={problems}
            task={task}
            open={Object.keys(problems).length > 0}
          />
        </>
      )}
      {refusal !== "" && (
        <div className={styles.refusal} role="alert">
          <strong>{text.launch.refused}</strong>
          {refusal}
        </div>
      )}
      <Foot launch={launch} onCancel={onCancel} />
    </>
  );
}

/** The form that starts an execution: of a task, of a workflow by one of its plans, or of a run again. */
export function LaunchForm({ source, onCancel, onLaunched, onChanged }: LaunchFormProps) {
  const launch = useLaunch(source, onLaunched);
  const { changed } = launch.state;
  useEffect(() => onChanged?.(changed), [changed, onChanged]);
  useEffect(() => {
    // Wherever the focus is: a drawer that has just opened has it on itself.
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      void launch.submit();
    };
    window.addEventListener("keydown", onKeyDown);
    return () => window.removeEventListener("keydown", onKeyDown);
  });
  return (
    <form className={styles.form} noValidate onSubmit={(event) => event.preventDefault()}>
      <Body source={source} launch={launch} onCancel={onCancel} />
    </form>
  );
}
