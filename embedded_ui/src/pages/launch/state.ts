// The launch form: what was typed, where it came from, and what of it is wrong. One reducer holds all of it.
import type { Input } from "../../api/launch";
import type { LiteralJson, LiteralMapJson } from "../../api/types";
import { type Draft, draftOfLiteral, emptyDraft } from "../../feature/literal/draft";
import { type Problem, readLiteral } from "../../feature/literal/parse";
import { type Shape, shapeOf, typeName } from "../../feature/literal/shape";
import { type Advanced, advancedProblems, NO_ADVANCED } from "./advanced";

export type Origin = "run" | "default";

/** An input with what the form knows of it. */
export interface FormInput {
  name: string;
  shape: Shape;
  description: string;
  required: boolean;
  /** What it holds when nobody has changed it, and where that came from. */
  start: Draft;
  origin: Origin | null;
}

export interface FormState {
  inputs: FormInput[];
  drafts: Record<string, Draft>;
  advanced: Advanced;
  /** Names of inputs whose problems are shown. */
  shown: string[];
  submitted: boolean;
  /** Inputs of the version before that this one does not have. */
  dropped: string[];
  changed: boolean;
  /** What the server refused, at the input that it named, or at advanced.FIELD. */
  refusal: { name: string; message: string } | null;
}

export const EMPTY: FormState = {
  inputs: [],
  drafts: {},
  advanced: NO_ADVANCED,
  shown: [],
  submitted: false,
  dropped: [],
  changed: false,
  refusal: null,
};

export type FormAction =
  /** Another version or plan: what fits by name and type is kept. */
  | { do: "inputs"; inputs: FormInput[] }
  | { do: "change"; name: string; draft: Draft }
  /** Many values at once, from JSON. */
  | { do: "drafts"; drafts: Record<string, Draft> }
  | { do: "show"; name: string }
  | { do: "advanced"; change: Partial<Advanced>; quiet?: boolean }
  | { do: "submit" }
  | { do: "refused"; name: string; message: string }
  | { do: "restore"; drafts: Record<string, Draft>; advanced: Advanced }
  | { do: "discard" };

/** The inputs of a form; values of a run come before presets. */
export function formInputs(inputs: Input[], given: LiteralMapJson | undefined): FormInput[] {
  return inputs.map(({ name, type, description, required, preset }) => {
    const shape = shapeOf(type);
    const of = (literal: LiteralJson, origin: Origin) => ({ start: draftOfLiteral(shape, literal), origin });
    const fromRun = given?.literals?.[name];
    const start = fromRun
      ? of(fromRun, "run")
      : preset
        ? of(preset, "default")
        : { start: emptyDraft(shape), origin: null };
    return { name, shape, description, required, ...start };
  });
}

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

function withInputs(state: FormState, inputs: FormInput[]): FormState {
  const before = new Map(state.inputs.map((input) => [input.name, input]));
  const isChanged = (name: string): boolean => !same(state.drafts[name], before.get(name)?.start);
  const drafts = inputs.map((input) => {
    const old = before.get(input.name);
    const draft = state.drafts[input.name];
    const fits = old !== undefined && draft !== undefined && typeName(old.shape) === typeName(input.shape);
    return [input.name, fits && isChanged(input.name) ? draft : input.start] as const;
  });
  const dropped = state.inputs
    .filter(({ name, origin }) => !inputs.some((input) => input.name === name) && (isChanged(name) || origin === "run"))
    .map(({ name }) => name);
  return { ...state, inputs, drafts: Object.fromEntries(drafts), dropped, refusal: null };
}

export function reduce(state: FormState, action: FormAction): FormState {
  switch (action.do) {
    case "inputs":
      return withInputs(state, action.inputs);
    case "change":
      return {
        ...state,
        drafts: { ...state.drafts, [action.name]: action.draft },
        changed: true,
        refusal: state.refusal?.name === action.name ? null : state.refusal,
      };
    case "drafts":
      return { ...state, drafts: { ...state.drafts, ...action.drafts }, changed: true, refusal: null };
    case "show":
      return state.shown.includes(action.name) ? state : { ...state, shown: [...state.shown, action.name] };
    case "advanced":
      return {
        ...state,
        advanced: { ...state.advanced, ...action.change },
        changed: state.changed || !action.quiet,
        refusal: state.refusal?.name.startsWith("advanced.") ? null : state.refusal,
      };
    case "submit":
      return { ...state, submitted: true, refusal: null };
    case "refused":
      return { ...state, refusal: { name: action.name, message: action.message } };
    case "restore": {
      const known = Object.entries(action.drafts).filter(([name]) => state.inputs.some((input) => input.name === name));
      const drafts = { ...state.drafts, ...Object.fromEntries(known) };
      return { ...state, drafts, advanced: action.advanced, changed: true };
    }
    case "discard": {
      const drafts = Object.fromEntries(state.inputs.map(({ name, start }) => [name, start]));
      return { ...EMPTY, inputs: state.inputs, drafts };
    }
  }
}

export interface ReadForm {
  literals: Record<string, LiteralJson>;
  problems: Problem[];
}

/** The literals to send, and all that is wrong. Paths of advanced fields begin with "advanced". */
export function readForm(state: FormState, now: number): ReadForm {
  const literals: Record<string, LiteralJson> = {};
  const problems: Problem[] = [];
  for (const { name, shape, required } of state.inputs) {
    const read = readLiteral(shape, state.drafts[name] ?? { is: "unset" }, [name], { now }, required);
    problems.push(...read.problems);
    if (read.value !== undefined) literals[name] = read.value;
  }
  const { refusal } = state;
  if (refusal) problems.push({ path: refusal.name.split("."), code: "refused", values: { message: refusal.message } });
  return { literals, problems: [...problems, ...advancedProblems(state.advanced)] };
}

const REFUSALS: [RegExp, string?][] = [
  [/^invalid (\S+) input wrong type/],
  [/^(?:expected_inputs|fixed_inputs) (\S+) /],
  [/^invalid input (\S+)$/],
  [/^missing valid literal in inputs (\S+)/],
  [/^Failed to validate literal type for \[([^\]]+)\]/],
  [/^invalid label/, "labels"],
  [/^labels map/, "labels"],
  [/^invalid name format/, "name"],
  [/^size of name exceeded/, "name"],
  [/^invalid (?:annotation)/, "annotations"],
];

/** The input (or advanced field) that a refusal of the server names; empty when it names none. */
export function refusedField(message: string, field = ""): string {
  if (field !== "") return field.replace(/^(?:spec\.)?inputs\./, "");
  for (const [pattern, fixed] of REFUSALS) {
    const found = pattern.exec(message);
    if (found) return fixed ? `advanced.${fixed}` : (found[1] ?? "");
  }
  return "";
}
