import type { ReactNode } from "react";
import { useRunSettings } from "../../../api/machine";
import type { RunName } from "../../../base/kinds";
import { Origin } from "../../../feature/settings/Origin";
import { useText } from "../../../text";
import { useMachineText } from "../../../text/machine";
import { Nothing } from "../../../ui/Amount";
import { type Fact, Facts, Section } from "../../../ui/Page";
import { ErrorState, LoadingLine } from "../../../ui/States";

/** The settings that an execution runs with, each with who set it; what follows comes with them, so that it never moves. */
export default function InForce({ run, children }: { run: RunName; children: ReactNode }) {
  const text = useText();
  const { run: words, limits } = useMachineText();
  const { data, error, isPending, refetch } = useRunSettings(run);
  const write = (value: unknown): string => {
    if (typeof value === "boolean") return value ? words.yes : words.no;
    if (value === null || value === undefined) return "";
    if (typeof value !== "object") return String(value);
    return Object.entries(value)
      .map(([name, of]) => `${name}=${String(of)}`)
      .join(", ");
  };
  const fact = (id: string, label: string, value: unknown, from: string | null): Fact => ({
    id,
    label,
    value: (
      <>
        {write(value) === "" ? <Nothing /> : <code translate="no">{write(value)}</code>} <Origin from={from} />
      </>
    ),
  });
  const facts: Fact[] = data
    ? [
        ...data.settings.map(({ name, value, from }) => fact(name, words.names[name] ?? name, value, from)),
        ...data.resources.flatMap((row) => {
          const name = limits.names[row.resource] ?? row.resource;
          return [
            fact(`${row.resource}-default`, words.request(name), row.default, row.default_from),
            fact(`${row.resource}-limit`, words.limit(name), row.limit, row.limit_from),
          ];
        }),
      ]
    : [];
  if (isPending) return <LoadingLine loading />;
  return (
    <>
      {error && !data ? (
        <ErrorState title={text.state.unread(words.title)} error={error} onRetry={() => void refetch()} />
      ) : (
        <Section title={words.title}>
          <Facts stacked facts={facts} />
        </Section>
      )}
      {children}
    </>
  );
}
