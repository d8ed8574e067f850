import { createContext, useContext, useId } from "react";
import type { Place } from "../../base/kinds";
import { useText } from "../../text";
import type { Problem } from "./parse";

/** What the fields of one form share. */
export interface FieldsContext {
  place: Place;
  /** The problems that are shown now. */
  problems: Problem[];
  /** The focus has left a field of this input: its problems may be shown. */
  onLeave: (input: string) => void;
  /** An upload of this input has begun or ended. */
  onUpload: (path: string[], running: boolean) => void;
}

export const Fields = createContext<FieldsContext>({
  place: { project: "", domain: "" },
  problems: [],
  onLeave: () => {},
  onUpload: () => {},
});

const SEPARATOR = "/";
export const pathKey = (path: string[]): string => path.join(SEPARATOR);

/** The element that shows a field; the focus goes to it when the field has a problem. */
export const fieldId = (path: string[]): string => `field-${pathKey(path)}`;

/** What is wrong with exactly this field, worded; and the attributes that tell it to screen readers. */
export function useProblem(path: string[], label: string) {
  const text = useText();
  const id = useId();
  const { problems } = useContext(Fields);
  const key = pathKey(path);
  const found = problems.find((problem) => pathKey(problem.path) === key);
  const message = found ? (text.launch.field[found.code]?.(label, found.values) ?? found.code) : undefined;
  return {
    id,
    message,
    aria: message ? ({ "aria-invalid": true, "aria-describedby": id } as const) : {},
  };
}
