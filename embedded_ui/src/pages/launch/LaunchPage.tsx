import { useQuery } from "@tanstack/react-query";
import type { Address } from "../../base/address";
import { href } from "../../base/address";
import type { RunName } from "../../base/kinds";
import { go, useQueryValues } from "../../base/query";
import { useText } from "../../text";
import { Page } from "../../ui/Page";
import { ErrorState, LoadingLine } from "../../ui/States";
import styles from "./Launch.module.css";
import { LaunchForm } from "./LaunchForm";
import { readRunSource, type Source } from "./source";

const toRun = (run: RunName) => go(href.execution(run));

function FormPage({ source, back }: { source: Source; back: string }) {
  const text = useText();
  return (
    <Page
      title={text.launch.title}
      windowTitle={`${text.launch.title} · ${source.of.name}`}
      beside={
        <span className={styles.what} translate="no">
          {source.of.name}
        </span>
      }
    >
      <LaunchForm source={source} onCancel={() => go(back)} onLaunched={toRun} />
    </Page>
  );
}

/**
 * The launch form as a page. Query: `version`, `plan`; `run` and `node` take over the inputs of a node of a run of the
 * same place, for running its task again.
 */
export function LaunchPage({ address }: { address: Extract<Address, { page: "launch" }> }) {
  const [query] = useQueryValues();
  const run = query.get("run");
  const node = query.get("node");
  const source: Source = {
    of: address,
    version: query.get("version") ?? undefined,
    plan: query.get("plan") ?? undefined,
    from: run ? { run: { ...address, name: run }, node: node ?? undefined } : undefined,
  };
  return <FormPage source={source} back={href.entity(address)} />;
}

/** The launch form of a run that is launched again. Query: `version`, of another one than it ran with. */
export function RelaunchPage({ address }: { address: Extract<Address, { page: "relaunch" }> }) {
  const text = useText();
  const [query] = useQueryValues();
  const run: RunName = { project: address.project, domain: address.domain, name: address.name };
  const source = useQuery({
    queryKey: ["source", run],
    queryFn: ({ signal }) => readRunSource(run, signal),
  });
  const version = query.get("version");
  if (source.data)
    return <FormPage source={version ? { ...source.data, version } : source.data} back={href.execution(run)} />;
  return (
    <Page title={text.launch.title} windowTitle={text.launch.title}>
      {source.error ? (
        <ErrorState title={text.state.unread(run.name)} error={source.error} onRetry={() => void source.refetch()} />
      ) : (
        <LoadingLine loading />
      )}
    </Page>
  );
}
