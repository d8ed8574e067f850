import type { Build } from "../../api/types";
import { href } from "../../base/address";
import { useQueryValues } from "../../base/query";
import { BuildState } from "../../feature/builds/BuildState";
import { nameOf } from "../../feature/builds/builds";
import { useLiveBuilds } from "../../feature/builds/live";
import { type Text, useText } from "../../text";
import { type MachineText, useMachineText } from "../../text/machine";
import { Button } from "../../ui/Button";
import { Link } from "../../ui/Link";
import { type Column, List, useColumns } from "../../ui/List";
import { Section } from "../../ui/Page";
import { Empty } from "../../ui/States";
import { Duration, Time } from "../../ui/Time";
import styles from "./Images.module.css";

const SHOWN = 5;

const stepOf = ({ state, step, steps_total: of, steps_cached: cached }: Build, { builds }: MachineText): string =>
  state === "done" ? (cached > 0 ? builds.cached(cached) : "") : step === 0 ? "" : builds.step(step, of);

const Name = ({ build }: { build: Build }) => (
  <Link href={href.build(build.id)} className={`row-link ${styles.name}`} title={build.tags.join("\n")} named>
    {nameOf(build)}
  </Link>
);

const Took = ({ build: { state, duration_ms, started_at } }: { build: Build }) => (
  <Duration ms={duration_ms} since={state === "running" ? started_at : null} />
);

function columnsOf(text: Text, words: MachineText): Column<Build>[] {
  const { builds, images, schedules } = words;
  return [
    { id: "state", head: schedules.state, width: "116px", cell: ({ state }) => <BuildState state={state} /> },
    { id: "image", head: images.image, width: "minmax(160px, 2fr)", cell: (build) => <Name build={build} /> },
    {
      id: "step",
      head: builds.steps,
      width: "minmax(100px, 1fr)",
      cell: (build) => <span className={styles.muted}>{stepOf(build, words)}</span>,
    },
    { id: "took", head: text.column.duration, width: "88px", numeric: true, cell: (build) => <Took build={build} /> },
    { id: "started", head: text.column.started, width: "120px", cell: (build) => <Time at={build.started_at} /> },
  ];
}

/** The newest builds of this machine, or of one image; each leads to its steps and their logs. */
export function Builds({ of }: { of: string | null }) {
  const text = useText();
  const words = useMachineText();
  const { builds } = words;
  const [query, change] = useQueryValues();
  const { data } = useLiveBuilds();
  const columns = useColumns(columnsOf(text, words));
  if (!data) return null;
  const all = of === null ? data.builds : data.builds.filter(({ tags }) => tags.includes(of));
  if (of !== null && all.length === 0) return null;
  const cut = query.get("builds") !== "all" && all.length > SHOWN;
  return (
    <Section title={builds.title}>
      {all.length === 0 ? (
        <Empty>{builds.none}</Empty>
      ) : (
        <List
          label={builds.list}
          rows={cut ? all.slice(0, SHOWN) : all}
          columns={columns}
          keyOf={({ id }) => id}
          narrow={(build) => (
            <>
              <span className={styles.line}>
                <BuildState state={build.state} /> <Took build={build} /> <Time at={build.started_at} />
              </span>
              <Name build={build} />
            </>
          )}
        />
      )}
      {cut && (
        <span>
          <Button kind="quiet" size="small" onPress={() => change({ builds: "all" })}>
            {text.act.showAll}
          </Button>
        </span>
      )}
    </Section>
  );
}
