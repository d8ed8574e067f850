import { applyBuild, useBuild } from "../../api/builds";
import type { Build, BuildDetail } from "../../api/types";
import { href } from "../../base/address";
import { BuildState } from "../../feature/builds/BuildState";
import { nameOf, phaseOf } from "../../feature/builds/builds";
import { useLive } from "../../live/use-live";
import { useText } from "../../text";
import { type MachineText, useMachineText } from "../../text/machine";
import { Command } from "../../ui/Copy";
import { Identifier } from "../../ui/Identifier";
import { Link } from "../../ui/Link";
import { type Fact, Facts, Page, Section } from "../../ui/Page";
import { phaseLook } from "../../ui/phases";
import { Empty, ErrorState, LoadingLine } from "../../ui/States";
import { Duration, Time } from "../../ui/Time";
import styles from "./Build.module.css";
import { Steps } from "./Steps";

/** Why it is not there: the sentence, and what the engine said. */
function Failure({ build }: { build: BuildDetail }) {
  const { builds } = useMachineText();
  const { state, error, steps_total } = build;
  if (state === "interrupted") return <p className={styles.bad}>{builds.interrupted}</p>;
  if (!error) return null;
  const { step, message, lines } = error;
  return (
    <div className={styles.failure} role="alert">
      <p className={styles.bad}>{step === null ? builds.failed : builds.failedAt(builds.step(step, steps_total))}</p>
      <p className={styles.message}>{message}</p>
      {step === null && lines.length > 0 && <pre className={styles.message}>{lines.join("\n")}</pre>}
    </div>
  );
}

/** What the command below says as well, target and platform, is not repeated. */
function factsOf(build: BuildDetail, { builds, images }: MachineText, started: string): Fact[] {
  const { tags, context, dockerfile, image_id: image, steps_cached: cached } = build;
  const path = (text: string) => <code translate="no">{text}</code>;
  const facts: [id: string, label: string, value: React.ReactNode][] = [
    ["started", started, <Time key="at" at={build.started_at} as="detail" />],
    [
      "steps",
      builds.steps,
      `${build.steps_total ?? build.steps.length}${cached > 0 ? ` · ${builds.cached(cached)}` : ""}`,
    ],
    ["context", builds.context, path(context)],
    ["dockerfile", builds.dockerfile, path(dockerfile)],
  ];
  if (tags.length > 1) facts.push(["tags", images.image, path(tags.join(", "))]);
  if (image) facts.push(["image", builds.id, <Identifier key="id" text={image} limit={24} copy />]);
  return facts.map(([id, label, value]) => ({ id, label, value }));
}

function Shown({ build }: { build: BuildDetail }) {
  const text = useText();
  const words = useMachineText();
  const { builds } = words;
  const { state, step, steps_total: of, started_at } = build;
  const name = nameOf(build);
  const running = state === "running";
  return (
    <Page
      title={name}
      windowTitle={`${phaseLook(phaseOf(state)).sign} ${name}`}
      mono
      beside={
        <>
          <BuildState state={state} badge />
          {running && <span>{step === 0 ? builds.begins : builds.step(step, of)}</span>}
          <Duration ms={build.duration_ms} since={running ? started_at : null} />
        </>
      }
    >
      <Failure build={build} />
      <Facts facts={factsOf(build, words, text.column.started)} />
      <Section title={builds.steps}>
        <Steps build={build} />
      </Section>
      {!running && (
        <Section title={builds.command}>
          <Command command={build.command} />
        </Section>
      )}
    </Page>
  );
}

/** One build: its steps, what each printed, and the line of the Dockerfile that it is. */
export default function BuildPage({ address: { id } }: { address: { id: string } }) {
  const text = useText();
  const { builds } = useMachineText();
  const { data, error, isPending, refetch } = useBuild(id);
  useLive(`build:${id}`, {
    seq: data?.seq,
    refetch,
    apply: (rows) => {
      for (const { event, row } of rows) if (event === "build") applyBuild(row as unknown as Build);
    },
  });
  if (data) return <Shown build={data} />;
  return (
    <Page title={id} windowTitle={id} mono>
      <LoadingLine loading={isPending} />
      {error && "status" in error && error.status === 404 ? (
        <Empty next={<Link href={href.machine("images")}>{text.nav.images}</Link>}>{builds.unknown(id)}</Empty>
      ) : (
        error && <ErrorState title={text.state.unread(id)} error={error} onRetry={() => void refetch()} />
      )}
    </Page>
  );
}
