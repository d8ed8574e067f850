import { useSecrets } from "../../api/machine";
import type { SecretList, TaskUse } from "../../api/types";
import { href } from "../../base/address";
import { useText } from "../../text";
import { useMachineText } from "../../text/machine";
import { Command } from "../../ui/Copy";
import { Link } from "../../ui/Link";
import { type Column, List, useColumns } from "../../ui/List";
import { Page, Section } from "../../ui/Page";
import { Empty, ErrorState, LoadingLine } from "../../ui/States";
import { Time } from "../../ui/Time";
import styles from "./Secrets.module.css";

type Row = SecretList["secrets"][number];
type Missing = SecretList["missing"][number];

const keyOf = ({ group, key }: { group: string; key: string }): string => `${group}/${key}`;

/** Tasks, each with a link and the version that is meant. */
export function Users({ uses, nobody, older }: { uses: TaskUse[]; nobody: string; older: string }) {
  if (uses.length === 0) return <span className={styles.muted}>{nobody}</span>;
  return (
    <span className={styles.users}>
      {uses.map((use) => (
        <span key={`${use.project}/${use.domain}/${use.name}`}>
          <Link
            href={href.entity({ kind: "task", ...use })}
            title={`${use.project} / ${use.domain} / ${use.name}`}
            named
          >
            {use.name.split(".").at(-1)}
          </Link>{" "}
          <span className={styles.muted} title={use.newest ? undefined : older} translate="no">
            {use.version}
          </span>
        </span>
      ))}
    </span>
  );
}

function Missing({ rows }: { rows: Missing[] }) {
  const { secrets } = useMachineText();
  return (
    <Section title={secrets.missing(rows.length)}>
      <ul className={styles.missing}>
        {rows.map((row) => (
          <li key={keyOf(row)}>
            <span className={styles.line}>
              <b className={styles.name} translate="no">
                {keyOf(row)}
              </b>
              <Users uses={row.wanted_by} nobody={secrets.nobody} older={secrets.older} />
            </span>
            <Command command={row.command} />
          </li>
        ))}
      </ul>
    </Section>
  );
}

/** Which secrets are set and who wants them; those that are wanted and missing first. */
export default function Secrets() {
  const text = useText();
  const { secrets } = useMachineText();
  const { data, error, isPending, refetch } = useSecrets();
  const all: Column<Row>[] = [
    {
      id: "group",
      head: secrets.group,
      width: "minmax(120px, 1fr)",
      cell: (row) => <span translate="no">{row.group}</span>,
    },
    { id: "key", head: secrets.key, width: "minmax(120px, 1fr)", cell: (row) => <span translate="no">{row.key}</span> },
    { id: "set", head: secrets.setAt, width: "128px", cell: (row) => <Time at={row.set_at} /> },
    {
      id: "by",
      head: secrets.wantedBy,
      width: "minmax(160px, 2fr)",
      cell: (row) => <Users uses={row.wanted_by} nobody={secrets.nobody} older={secrets.older} />,
    },
  ];
  const columns = useColumns(all);
  return (
    <Page title={text.nav.secrets} windowTitle={text.nav.secrets}>
      <LoadingLine loading={isPending} />
      {error && !data && (
        <ErrorState title={text.state.unread(text.nav.secrets)} error={error} onRetry={() => void refetch()} />
      )}
      {data && data.missing.length > 0 && <Missing rows={data.missing} />}
      {data && data.secrets.length === 0 && (
        <Empty next={<Command command="sandbox secrets set GROUP KEY" />}>
          {data.missing.length > 0 ? secrets.noneSet : secrets.none}
        </Empty>
      )}
      {data && data.secrets.length > 0 && (
        <Section title={secrets.set}>
          <List
            label={secrets.list}
            rows={data.secrets}
            columns={columns}
            keyOf={keyOf}
            narrow={(row) => (
              <>
                <span translate="no">
                  {row.group} / {row.key}
                </span>
                <Users uses={row.wanted_by} nobody={secrets.nobody} older={secrets.older} />
              </>
            )}
          />
        </Section>
      )}
      {data && <p className={styles.muted}>{secrets.hint}</p>}
    </Page>
  );
}
