// The inputs of the form as one JSON text of plain values, and back.
import { type Data, isMap, JsonMistake, parseData, writeData } from "../../feature/literal/data";
import { type Draft, draftOfData, UNSET } from "../../feature/literal/draft";
import { readLiteral } from "../../feature/literal/parse";
import { plainData } from "../../feature/literal/plain";
import type { FormInput, FormState } from "./state";

/** Plain values of what the form holds. A value that does not read stays as the text that was typed. */
export function plainText(state: FormState, now: number): string {
  const out: { [key: string]: Data } = {};
  for (const { name, shape, required } of state.inputs) {
    const draft = state.drafts[name] ?? UNSET;
    const { value, problems } = readLiteral(shape, draft, [name], { now }, required);
    if (value !== undefined) out[name] = plainData(value);
    else if (problems.length > 0 && draft.is === "text") out[name] = draft.text;
  }
  return writeData(out, 2);
}

export type PlainResult =
  | { drafts: Record<string, Draft> }
  | { line: number; column: number; message: string }
  | { unknown: string[] };

/** The drafts that a JSON text of plain values makes; inputs that it does not name are not given. */
export function draftsOfText(inputs: FormInput[], text: string): PlainResult {
  let data: Data;
  try {
    data = parseData(text.trim() === "" ? "{}" : text);
  } catch (error) {
    if (!(error instanceof JsonMistake)) throw error;
    const { line, column, message } = error;
    return { line, column, message };
  }
  if (!isMap(data)) return { line: 1, column: 1, message: "{ … }" };
  const named = data;
  const unknown = Object.keys(named).filter((key) => !inputs.some(({ name }) => name === key));
  if (unknown.length > 0) return { unknown };
  return {
    drafts: Object.fromEntries(
      inputs.map(({ name, shape }) => {
        const value = named[name];
        return [name, value === undefined ? UNSET : draftOfData(shape, value)];
      }),
    ),
  };
}
