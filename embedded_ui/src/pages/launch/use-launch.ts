import { useEffect, useMemo, useReducer, useRef, useState } from "react";
import { createExecution } from "../../api/launch";
import { ServerError } from "../../api/rest";
import { href } from "../../base/address";
import type { RunName } from "../../base/kinds";
import { fieldId, pathKey } from "../../feature/literal/context";
import type { Problem } from "../../feature/literal/parse";
import { useText } from "../../text";
import { toast, toastFailure } from "../../ui/toast";
import { useHere } from "../../ui/use-here";
import { advancedOf, launchBody } from "./advanced";
import { keep, keepKey, readKept } from "./keep";
import { type Source, useSource } from "./source";
import { EMPTY, type FormAction, formInputs, readForm, reduce, refusedField } from "./state";

/** So long after the last key the problems of a field are shown. */
const TYPING = 500;

/** Puts the focus on a field, or on what holds it. */
export function focusField(path: string[]): void {
  for (let length = path.length; length > 0; length--) {
    const element = document.getElementById(fieldId(path.slice(0, length)));
    if (!element) continue;
    element.closest("details")?.setAttribute("open", "");
    element.scrollIntoView({ block: "center" });
    element.focus();
    return;
  }
}

/** Shows the problems of an input once its typing pauses. */
function useShowLater(show: (name: string) => void) {
  const timers = useRef(new Map<string, ReturnType<typeof setTimeout>>());
  useEffect(() => {
    const all = timers.current;
    return () => {
      for (const timer of all.values()) clearTimeout(timer);
    };
  }, []);
  return (name: string) => {
    clearTimeout(timers.current.get(name));
    timers.current.set(
      name,
      setTimeout(() => show(name), TYPING),
    );
  };
}

/** The whole of a launch form: what it holds, what is wrong, and its sending. */
export function useLaunch(source: Source, onLaunched: (run: RunName) => void) {
  const data = useSource(source);
  const text = useText();
  const begin = useHere();
  const [state, dispatch] = useReducer(reduce, EMPTY);
  const [sending, setSending] = useState(false);
  const [refusal, setRefusal] = useState("");
  const [restored, setRestored] = useState(false);
  const [uploads, setUploads] = useState<string[]>([]);
  const begun = useRef(false);
  const key = keepKey(source.of, source.from);
  const { launchable, given } = data;

  useEffect(() => {
    if (!launchable) return;
    dispatch({ do: "inputs", inputs: formInputs(launchable.inputs, given?.inputs) });
    if (begun.current) return;
    begun.current = true;
    if (given?.spec) dispatch({ do: "advanced", change: advancedOf(given.spec), quiet: true });
    const kept = readKept(key);
    if (!kept) return;
    dispatch({ do: "restore", ...kept });
    setRestored(true);
  }, [launchable, given, key]);

  useEffect(() => {
    if (state.changed) keep(key, { drafts: state.drafts, advanced: state.advanced });
  }, [state.changed, state.drafts, state.advanced, key]);

  const showLater = useShowLater((name) => dispatch({ do: "show", name }));
  const { literals, problems } = useMemo(() => readForm(state, Date.now()), [state]);
  const all: Problem[] = [
    ...problems,
    ...uploads.map((path) => ({ path: path.split("/"), code: "uploading" as const, values: {} })),
  ];
  const shown = state.submitted
    ? all
    : all.filter(
        ({ path, code }) => code === "refused" || path[0] === "advanced" || state.shown.includes(path[0] ?? ""),
      );

  const body = () =>
    launchable &&
    launchBody({
      of: launchable.id,
      // The moment of sending is what "now" means.
      literals: readForm(state, Date.now()).literals,
      advanced: state.advanced,
      reference: source.from?.node === undefined ? source.from?.run : undefined,
    });

  const refuse = (error: unknown) => {
    const message = error instanceof Error ? error.message : String(error);
    const field = refusedField(message, error instanceof ServerError ? error.field : "");
    if (field.startsWith("advanced.") || state.inputs.some(({ name }) => name === field)) {
      dispatch({ do: "refused", name: field, message });
      setTimeout(() => focusField(field.split(".")));
    } else setRefusal(message);
  };

  const submit = async () => {
    const request = body();
    if (sending || !request) return;
    dispatch({ do: "submit" });
    setRefusal("");
    // What the server refused may be asked again.
    const blocking = all.filter(({ code, values }) => code !== "refused" || values["message"] === undefined);
    const [first] = blocking;
    if (first) {
      setTimeout(() => focusField(first.path));
      return;
    }
    const here = begin();
    setSending(true);
    try {
      const run = await createExecution(request);
      keep(key, null);
      if (here()) onLaunched(run);
      else toast(text.launch.started(run.name), { href: href.execution(run) });
    } catch (error) {
      if (here()) refuse(error);
      else toastFailure(source.of.name, error);
    } finally {
      setSending(false);
    }
  };

  return {
    data,
    state,
    literals,
    problems: all,
    shown,
    body,
    sending,
    refusal,
    restored,
    dispatch: (action: FormAction) => {
      dispatch(action);
      if (action.do === "change") showLater(action.name);
    },
    onLeave: (name: string) => {
      if (state.drafts[name] !== state.inputs.find((input) => input.name === name)?.start)
        dispatch({ do: "show", name });
    },
    onUpload: (path: string[], running: boolean) =>
      setUploads((before) => [...before.filter((each) => each !== pathKey(path)), ...(running ? [pathKey(path)] : [])]),
    discard: () => {
      keep(key, null);
      setRestored(false);
      dispatch({ do: "discard" });
      if (given?.spec) dispatch({ do: "advanced", change: advancedOf(given.spec), quiet: true });
    },
    submit,
  };
}

export type Launch = ReturnType<typeof useLaunch>;
