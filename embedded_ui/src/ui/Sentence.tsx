import { Fragment, type ReactNode } from "react";

export interface SentenceProps {
  /** A text with {names} in braces. */
  template: string;
  values: Record<string, ReactNode>;
}

/** A sentence of the catalogue with its values, which may be links. */
export function Sentence({ template, values }: SentenceProps) {
  const parts = template.split(/\{(\w+)\}/);
  return (
    <>
      {parts.map((part, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one template keep their order
        <Fragment key={index}>{index % 2 === 1 ? (values[part] ?? `{${part}}`) : part}</Fragment>
      ))}
    </>
  );
}
