import { useQueries } from "@tanstack/react-query";
import { ArrowLeftRight } from "lucide-react";
import type { ReactNode } from "react";
import { applyRunRows } from "../../api/run-live";
import { itemsQuery, useRun, useRunData } from "../../api/runs";
import type { LiteralMapJson, Run, RunAttempt } from "../../api/types";
import { href } from "../../base/address";
import type { RunName } from "../../base/kinds";
import { useQueryValues } from "../../base/query";
import { Differences } from "../../feature/diff/Differences";
import { places } from "../../feature/diff/diff";
import { plainData } from "../../feature/literal/plain";
import { useLive } from "../../live/use-live";
import { useText } from "../../text";
import { useCompareText } from "../../text/compare";
import { Button } from "../../ui/Button";
import { Page, Section } from "../../ui/Page";
import { Empty, ErrorState, LoadingLine } from "../../ui/States";
import styles from "./Compare.module.css";
import { entityOf, Heads, runOf } from "./Heads";
import { NodeDifferences } from "./NodeDifferences";
import { pairNodes } from "./nodes";
import { PartnerMenu, usePrevious } from "./partner";
import { readRun, settingsOf } from "./sides";
import { VersionDifferences } from "./VersionDifferences";

/** A run of an address, current by the live channel; nothing while none is named. */
function useSide(run: RunName | null) {
  const query = useRun(run ?? { project: "", domain: "", name: "" }, run !== null);
  useLive(run && `run:${run.project}/${run.domain}/${run.name}`, {
    seq: query.data?.seq,
    refetch: query.refetch,
    apply: (rows) => run && applyRunRows(run, rows),
  });
  return query;
}

const plainMap = (map: LiteralMapJson | undefined): Record<string, unknown> =>
  Object.fromEntries(Object.entries(map?.literals ?? {}).map(([name, literal]) => [name, plainData(literal)]));

type ValueSide = "fullInputs" | "fullOutputs";

/** Inputs or outputs of both. */
function Values({ a, b, side, all }: { a: Run; b: Run; side: ValueSide; all: boolean }) {
  const text = useText();
  const words = useCompareText();
  const left = useRunData(runOf(a.execution), a.execution.phase);
  const right = useRunData(runOf(b.execution), b.execution.phase);
  const failed = left.error ? left : right.error ? right : null;
  const title = side === "fullInputs" ? words.inputs : words.outputs;
  const names: [string, string] = [words.left, words.right];
  return (
    <Section title={title}>
      {failed && (
        <ErrorState title={text.state.unread(title)} error={failed.error} onRetry={() => void failed.refetch()} />
      )}
      {left.data && right.data && (
        <Differences
          label={title}
          spots={places(plainMap(left.data[side]), plainMap(right.data[side]))}
          heads={names}
          names={names}
          all={all}
        />
      )}
    </Section>
  );
}

function Version({ a, b, all }: { a: Run; b: Run; all: boolean }) {
  const words = useCompareText();
  const [from, to] = [a.execution.what, b.execution.what];
  if (from.name !== to.name || from.kind !== to.kind) return <p className={styles.muted}>{words.otherThing}</p>;
  if (from.version === to.version) return <p className={styles.muted}>{words.sameVersion(from.version)}</p>;
  return <VersionDifferences entity={entityOf(b.execution)} from={from.version} to={to.version} all={all} />;
}

/** A run with the newest attempts of its arrays' items beside its own: they have used memory, too. */
function useWithItems(run: Run): Run {
  const arrays = run.nodes.filter(({ items }) => (items?.total ?? 0) > 0);
  const read = useQueries({ queries: arrays.map(({ id }) => itemsQuery(runOf(run.execution), id)) });
  const items = arrays.flatMap(({ id }, index) =>
    (read[index]?.data?.items ?? []).map((item): RunAttempt => ({ ...item, node: id })),
  );
  return items.length === 0 ? run : { ...run, attempts: [...run.attempts, ...items] };
}

function Both({ a, b, all }: { a: Run; b: Run; all: boolean }) {
  const text = useText();
  const words = useCompareText();
  const pairs = pairNodes(useWithItems(a), useWithItems(b));
  const settings = places(settingsOf(text, a.execution), settingsOf(text, b.execution));
  const names: [string, string] = [words.left, words.right];
  return (
    <div className={styles.both}>
      <Heads from={a.execution} to={b.execution} />
      <Values a={a} b={b} side="fullInputs" all={all} />
      <Section title={words.versions}>
        <Version a={a} b={b} all={all} />
      </Section>
      <Section title={words.settings}>
        <Differences label={words.settings} spots={settings} heads={names} names={names} all={all} />
      </Section>
      <Section title={words.nodes}>
        <NodeDifferences pairs={pairs} a={a} b={b} all={all} />
      </Section>
      <Values a={a} b={b} side="fullOutputs" all={all} />
    </div>
  );
}

/** One execution, and none to compare it with yet. */
function Alone({ run }: { run: Run }) {
  const words = useCompareText();
  const of = run.execution;
  const name = of.what.name.split(".").at(-1) ?? of.what.name;
  return (
    <Empty
      next={
        <>
          <span>{words.choose}</span>
          <PartnerMenu of={of} taken={[of.id]} hrefOf={(other) => href.compare({ a: other, b: runOf(of) })} />
        </>
      }
    >
      {words.noPrevious(name)}
    </Empty>
  );
}

/** Two executions beside each other: what differs. A side that is not named is the last success before the other. */
export default function Compare() {
  const text = useText();
  const words = useCompareText();
  const [query, change] = useQueryValues();
  const named = { a: readRun(query.get("a")), b: readRun(query.get("b")) };
  const one = useSide(named.b ?? named.a);
  const wanted = named.a === null || named.b === null ? one.data?.execution : undefined;
  const previous = usePrevious(wanted);
  const other = useSide(named.a && named.b ? named.a : (previous ?? null));
  const all = query.get("all") === "1";
  const error = one.error ?? other.error;
  const [a, b] = [other.data, one.data];
  const title = b ? (b.execution.what.name.split(".").at(-1) ?? "") : "";
  let content: ReactNode = null;
  if (!named.a && !named.b) content = <Empty>{words.pick}</Empty>;
  else if (error) content = <ErrorState title={text.state.unread(words.title)} error={error} />;
  else if (a && b) content = <Both a={a} b={b} all={all} />;
  else if (b && previous === null && !(named.a && named.b)) content = <Alone run={b} />;
  return (
    <Page
      title={words.title}
      windowTitle={a && b ? words.windowTitle(a.execution.id, b.execution.id) : words.title}
      beside={title && <span>{title}</span>}
      actions={
        a &&
        b && (
          <>
            <Button kind="quiet" pressed={all} onPress={() => change({ all: all ? null : 1 })}>
              {words.everything}
            </Button>
            <Button
              kind="icon"
              label={words.swap}
              href={href.compare({ a: runOf(b.execution), b: runOf(a.execution) })}
            >
              <ArrowLeftRight size={16} strokeWidth={1.75} />
            </Button>
          </>
        )
      }
    >
      <LoadingLine loading={content === null} />
      {content}
    </Page>
  );
}
