import type { LiteralJson } from "../../../api/types";
import type { RunName } from "../../../base/kinds";
import { pythonText, pythonType, remoteOf } from "../../../feature/literal/python";

/** Whose values they are: a node's, or those of the run. */
export interface Owner {
  run: RunName;
  node: string | null;
  side: "inputs" | "outputs";
}

/** The flyte:// address of a value of a node. */
export const addressOf = ({ run, node, side }: Owner & { node: string }, name: string): string =>
  `flyte://v1/${run.project}/${run.domain}/${run.name}/${node}/${side === "inputs" ? "i" : "o"}/${name}`;

/** Where the object lies that a value names; null when it is none of the object store. */
export function objectOf(literal: LiteralJson): string | null {
  const scalar = literal.scalar;
  if (scalar?.union?.value) return objectOf(scalar.union.value);
  const uri = scalar?.blob?.uri ?? scalar?.structuredDataset?.uri ?? scalar?.schema?.uri ?? "";
  return uri.startsWith("s3://") ? uri : null;
}

/** The lines of Python that read a value of a run, which has no flyte:// address. */
export function pythonOfRun({ run, side }: Owner, name: string, literal: LiteralJson): string {
  const type = pythonType(literal);
  const all = [
    ...(type?.imports ?? []),
    "from flytekit.configuration import Config",
    "from flytekit.remote import FlyteRemote",
  ];
  const get = type ? `.get(${pythonText(name)}, ${type.text})` : `.native_values[${pythonText(name)}]`;
  return [
    ...[...new Set(all)].sort(
      (a, b) => Number(a.startsWith("from")) - Number(b.startsWith("from")) || (a < b ? -1 : 1),
    ),
    "",
    ...remoteOf(run.project, run.domain),
    `execution = remote.fetch_execution(name=${pythonText(run.name)})`,
    `value = execution.${side}${get}`,
    "",
  ].join("\n");
}
