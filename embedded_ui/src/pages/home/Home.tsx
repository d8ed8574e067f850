import { client } from "../../api/client";
import { homeKey, type MachineRow, useHome, useStatus } from "../../api/platform";
import type { ExecutionRow, Home as HomeData, Status } from "../../api/types";
import { href } from "../../base/address";
import { ExecutionRows, shownPhase, Why } from "../../feature/runs/ExecutionRows";
import { WaitSentence } from "../../feature/runs/Words";
import { useLive } from "../../live/use-live";
import { useText } from "../../text";
import { bytes, count, cpu } from "../../text/format";
import { Command } from "../../ui/Copy";
import { Link } from "../../ui/Link";
import { later } from "../../ui/later";
import { type Fact, Facts, Page, Section } from "../../ui/Page";
import { Phase } from "../../ui/Phase";
import { ErrorState, LoadingLine } from "../../ui/States";
import { Duration, Time } from "../../ui/Time";
import styles from "./Home.module.css";

const MissingImages = later(() => import("./MissingImages"));

/** What a run waits for, and how long; of one that ran out of memory, what to do about it. */
function Wanted({ row }: { row: ExecutionRow }) {
  const text = useText();
  if (shownPhase(row) !== "OOM")
    return (
      <>
        <span className={styles.why}>
          <Why row={row} />
        </span>
        <Duration since={row.started_at ?? row.created_at} />
      </>
    );
  return (
    <>
      <span className={styles.why}>
        {text.phase.outOfMemory} <Time at={row.ended_at} as="ago" />
      </span>
      <Link className="above-row-link" href={href.execution({ ...row, name: row.id }, { raise: 1 })}>
        {text.act.raiseMemory}
      </Link>
    </>
  );
}

/** Runs that go on or wait for somebody, one line each; one that waits at a gate leads to it. */
function Short({ rows, empty }: { rows: ExecutionRow[]; empty: string }) {
  if (rows.length === 0) return <p className={styles.nothing}>{empty}</p>;
  return (
    <ul className={styles.short}>
      {rows.map((row) => (
        <li key={`${row.project}/${row.domain}/${row.id}`} className={styles.item}>
          <Phase phase={shownPhase(row)} bare />
          <Link
            href={href.execution({ ...row, name: row.id }, { node: row.why?.code === "GATE" ? row.why.node : null })}
            className={`row-link ${styles.name}`}
            title={row.what.name}
            named
          >
            {row.what.name.split(".").at(-1)}
          </Link>
          <Wanted row={row} />
        </li>
      ))}
    </ul>
  );
}

type Held = HomeData["machine"]["capacity"]["cpu_millis"];

/** What pods hold of something, and within it what they use. */
function Amount({ label, of, write }: { label: string; of: Held; write: (n: number) => string }) {
  const text = useText();
  const { total, reserved, used } = of;
  const width = (amount: number) => ({ width: `${total ? Math.min(100, (100 * amount) / total) : 0}%` });
  const held = total ? text.capacity.of(write(reserved), write(total)) : `${write(reserved)} ${text.home.reserved}`;
  return (
    <div className={styles.amount}>
      <span className={styles.amountLabel}>{label}</span>
      <span className={styles.track}>
        <span className={styles.fill} style={width(reserved)} />
        <span className={styles.used} style={width(used ?? 0)} />
      </span>
      <span className={styles.amountText}>{used === null ? held : `${held}, ${text.capacity.used(write(used))}`}</span>
    </div>
  );
}

/** Who waits for room on the machine, the next first. */
function Queue({ home }: { home: HomeData }) {
  const text = useText();
  const title = text.capacity.waiting(Math.max(home.machine.capacity.waiting, home.waiting.length));
  if (home.waiting.length === 0) return null;
  return (
    <div>
      <h3 className={styles.queue}>{title}</h3>
      <ul aria-label={title} className={styles.stack}>
        {home.waiting.map(({ project, domain, execution, wait }) => (
          <li key={`${execution}/${wait?.node}`}>
            {wait && <WaitSentence run={{ project, domain, name: execution }} wait={wait} />}
          </li>
        ))}
      </ul>
    </div>
  );
}

function Machine({ status, home }: { status: Status | undefined; home: HomeData }) {
  const text = useText();
  const { capacity, disk } = home.machine;
  const facts: Fact[] = status
    ? [
        { id: "docker", label: text.home.docker, value: <code translate="no">{status.addresses.docker}</code> },
        { id: "platform", label: text.home.address, value: <code translate="no">{status.addresses.platform}</code> },
        { id: "store", label: text.home.store, value: <code translate="no">{status.addresses.object_store}</code> },
        { id: "registry", label: text.home.registry, value: <code translate="no">{status.addresses.registry}</code> },
      ]
    : [];
  return (
    <div className={styles.stack}>
      <Amount label={text.capacity.cpu} of={capacity.cpu_millis} write={cpu} />
      <Amount label={text.capacity.memory} of={capacity.memory_bytes} write={bytes} />
      {disk.free_bytes !== null && (
        <div className={styles.amount}>
          <span className={styles.amountLabel}>{text.capacity.disk}</span>
          <span className={styles.amountText}>{text.capacity.free(bytes(disk.free_bytes))}</span>
        </div>
      )}
      <Queue home={home} />
      <Facts stacked facts={facts} />
      {home.schedules_next.map((tick) => (
        <p key={`${tick.project}/${tick.domain}/${tick.name}`}>
          <Link href={href.entity({ ...tick, kind: "launch_plan" })} named>
            {tick.name}
          </Link>{" "}
          <span className={styles.why}>
            <Time at={tick.at} as="detail" />
          </span>
        </p>
      ))}
    </div>
  );
}

function Projects({ home }: { home: HomeData }) {
  return (
    <ul className={styles.projects}>
      {home.projects
        .filter(({ archived }) => !archived)
        .map((project) => (
          <li key={project.id} className={styles.project}>
            <b translate="no">{project.name || project.id}</b>
            {project.domains.map(({ id, executions, running }) => (
              <span key={id}>
                <Link href={href.executions({ project: project.id, domain: id })} named>
                  {id}
                </Link>{" "}
                <span className={styles.why}>
                  {count(executions)}
                  {running > 0 && ` (${count(running)} ●)`}
                </span>
              </span>
            ))}
          </li>
        ))}
    </ul>
  );
}

function FirstSteps() {
  const text = useText();
  return (
    <Section title={text.home.first}>
      <p className={styles.nothing}>{text.home.firstHint}</p>
      <Command command="pyflyte run --remote example.py wf --n 500" />
    </Section>
  );
}

/** What needs somebody now: what runs, what waits for an answer, what failed lately, and how the machine is. */
export default function Home() {
  const text = useText();
  const { data, error, isPending, refetch } = useHome();
  const { data: status, isPending: unknown } = useStatus();
  useLive("home", {
    seq: data?.seq,
    apply: (rows) => {
      const last = rows.findLast(({ event }) => event === "machine")?.row as unknown as MachineRow | undefined;
      if (last) client.setQueryData<HomeData>(homeKey, (home) => home && { ...home, machine: last });
      const waiting = data?.machine.capacity.waiting;
      return (last && last.capacity.waiting !== waiting) || rows.some(({ event }) => event !== "machine");
    },
    refetch,
  });
  const fresh = data?.projects.every(({ domains }) => domains.every(({ executions }) => executions === 0));
  return (
    <Page title={text.home.title} windowTitle={text.home.title}>
      <LoadingLine loading={isPending || unknown} />
      {error && !data && (
        <ErrorState title={text.state.unread(text.home.title)} error={error} onRetry={() => void refetch()} />
      )}
      {data && !unknown && (
        <div className={styles.grid}>
          {fresh && <FirstSteps />}
          <Section title={`${text.home.running} (${count(data.running_total)})`}>
            <Short rows={data.running} empty={text.home.nothing} />
          </Section>
          <Section title={text.home.machine}>
            <Machine status={status} home={data} />
          </Section>
          <Section title={`${text.home.needs} (${count(data.needs_you_total)})`}>
            <Short rows={data.needs_you} empty={text.home.needsNothing} />
          </Section>
          <Section title={text.home.projects}>
            <Projects home={data} />
          </Section>
          <div className={styles.wide}>
            <Section title={text.home.failed}>
              {data.failed.length === 0 ? (
                <p className={styles.nothing}>{text.home.failedNone}</p>
              ) : (
                <ExecutionRows rows={data.failed} label={text.home.failed} />
              )}
            </Section>
          </div>
          {data.mine.length > 0 && (
            <div className={styles.wide}>
              <Section title={text.home.recent}>
                <ExecutionRows rows={data.mine} label={text.home.recent} />
              </Section>
            </div>
          )}
          <MissingImages waited={data.images_missing} />
        </div>
      )}
    </Page>
  );
}
