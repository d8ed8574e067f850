import { useState } from "react";
import { useLimits } from "../../api/machine";
import { useProjects } from "../../api/platform";
import type { Limits as LimitsData } from "../../api/types";
import type { Place } from "../../base/kinds";
import { lastPlace } from "../../base/last-place";
import { useQueryValues } from "../../base/query";
import { Origin } from "../../feature/settings/Origin";
import { useLive, useReachable } from "../../live/use-live";
import { useText } from "../../text";
import { useMachineText } from "../../text/machine";
import { Nothing } from "../../ui/Amount";
import { Button } from "../../ui/Button";
import { SearchBox } from "../../ui/Field";
import { Choice } from "../../ui/Menu";
import { Dialog } from "../../ui/Popover";
import { ScrollBox } from "../../ui/ScrollBox";
import { ErrorState, LoadingLine } from "../../ui/States";
import { LimitsEditor } from "./LimitsEditor";
import styles from "./Settings.module.css";

function Amount({ value, from }: { value: string | null; from: string }) {
  return (
    <>
      {value === null ? <Nothing /> : <code>{value}</code>} <Origin from={from} />
    </>
  );
}

function Table({ limits }: { limits: LimitsData }) {
  const words = useMachineText().limits;
  const rows = limits.resources.filter(
    (row) => row.resource !== "storage" || row.default !== null || row.limit !== null,
  );
  const usual = (value: string | null) => (value === null ? <Nothing /> : <code>{value}</code>);
  return (
    <ScrollBox label={words.effective}>
      <table className={styles.table} aria-label={words.effective}>
        <thead>
          <tr>
            <th scope="col">{words.resource}</th>
            <th scope="col">{words.default}</th>
            <th scope="col">{words.limit}</th>
            <th scope="col">{words.config}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.resource} data-resource={row.resource}>
              <td>{words.names[row.resource] ?? row.resource}</td>
              <td>
                <Amount value={row.default} from={row.default_from} />
              </td>
              <td>
                <Amount value={row.limit} from={row.limit_from} />
              </td>
              <td className={styles.muted}>
                {usual(row.config_default)} / {usual(row.config_limit)}
              </td>
            </tr>
          ))}
          <tr>
            <td>{words.parallelism}</td>
            <td>
              <Amount value={String(limits.max_parallelism.value)} from={limits.max_parallelism.from} />
            </td>
            <td />
            <td />
          </tr>
        </tbody>
      </table>
    </ScrollBox>
  );
}

function LimitsOf({ place, workflow }: { place: Place; workflow: string }) {
  const text = useText();
  const words = useMachineText().limits;
  const reachable = useReachable();
  const { data, error, isPending, refetch } = useLimits(place, workflow);
  const [edits, setEdits] = useState(false);
  useLive("limits", { seq: data?.seq, refetch });
  const where = workflow === "" ? text.place.pair(place.project, place.domain) : workflow;
  const close = () => setEdits(false);
  return (
    <>
      <LoadingLine loading={isPending} />
      {error && !data && (
        <ErrorState title={text.state.unread(words.effective)} error={error} onRetry={() => void refetch()} />
      )}
      {data && <Table limits={data} />}
      {data && (
        <span>
          <Button disabled={reachable ? undefined : text.banner.away_reason} onPress={() => setEdits(true)}>
            {words.edit}
          </Button>
        </span>
      )}
      <Dialog open={edits} onClose={close} label={words.title(where)} kind="drawer">
        {data && (
          <LimitsEditor place={place} workflow={workflow} limits={data} close={close} onDone={() => void refetch()} />
        )}
      </Dialog>
    </>
  );
}

/** Defaults and limits of tasks in a place, each with who set it; and the way to change them. */
export default function Limits() {
  const text = useText();
  const words = useMachineText().limits;
  const [query, change] = useQueryValues();
  const { data: projects } = useProjects();
  const last = lastPlace() ?? { project: "flytesnacks", domain: "development" };
  const place = { project: query.get("project") ?? last.project, domain: query.get("domain") ?? last.domain };
  const workflow = query.get("workflow") ?? "";
  const pairs = (projects ?? [])
    .filter(({ archived }) => !archived)
    .flatMap(({ id: project, domains }) => domains.map(({ id: domain }) => ({ project, domain })));
  return (
    <div className={styles.stack}>
      <div className={styles.bar}>
        <Choice
          label={words.place}
          selected={[`${place.project}/${place.domain}`]}
          items={pairs.map(({ project, domain }) => ({
            id: `${project}/${domain}`,
            label: text.place.pair(project, domain),
          }))}
          onChange={([id = ""]) => {
            const [project, domain] = id.split("/");
            change({ project, domain });
          }}
        >
          {text.place.pair(place.project, place.domain)}
        </Choice>
        <SearchBox
          label={words.workflow}
          placeholder={words.whole}
          value={workflow}
          width={320}
          onChange={(value) => change({ workflow: value })}
        />
      </div>
      <LimitsOf key={`${place.project}/${place.domain}/${workflow}`} place={place} workflow={workflow} />
    </div>
  );
}
