import type { Version } from "../../api/entities";
import { href } from "../../base/address";
import type { EntityName } from "../../base/kinds";
import { Signature } from "../../feature/literal/Interface";
import { useText } from "../../text";
import { version as shortVersion } from "../../text/format";
import { Nothing } from "../../ui/Amount";
import { Image } from "../../ui/Identifier";
import { Link } from "../../ui/Link";
import { type Column, List, useColumns } from "../../ui/List";
import { Time } from "../../ui/Time";
import styles from "./Entity.module.css";
import { askedResources } from "./resources";

/** All versions of an entity, the newest first. */
export function Versions({ entity, versions }: { entity: EntityName; versions: Version[] }) {
  const text = useText();
  const link = (row: Version) => (
    <Link href={href.version(entity, row.version)} className={`row-link ${styles.versionLink}`} title={row.version}>
      {shortVersion(row.version)}
    </Link>
  );
  const active = (row: Version) =>
    row.plan?.closure?.state === "ACTIVE" && <span className={styles.active}>{text.entities.active}</span>;
  const all: Column<Version>[] = [
    {
      id: "version",
      head: text.column.version,
      width: "minmax(140px, 1fr)",
      cell: (row) => (
        <>
          {link(row)} {active(row)}
        </>
      ),
    },
    { id: "created", head: text.column.registered, width: "128px", cell: (row) => <Time at={row.createdAt} /> },
    ...(entity.kind === "task"
      ? ([
          {
            id: "image",
            head: text.column.image,
            width: "minmax(120px, 1fr)",
            cell: (row) => (row.image ? <Image reference={row.image} /> : <Nothing />),
          },
          {
            id: "resources",
            head: text.column.resources,
            width: "minmax(120px, 1fr)",
            from: 1280,
            cell: (row) => askedResources(row.template) || <Nothing />,
          },
        ] satisfies Column<Version>[])
      : []),
    {
      id: "inputs",
      head: text.values.inputs,
      width: "minmax(0, 2fr)",
      from: 1280,
      cell: (row) => <Signature variables={row.inputs} />,
    },
  ];
  const columns = useColumns(all);
  return (
    <List
      label={text.tab.versions}
      rows={versions}
      columns={columns}
      keyOf={({ version }) => version}
      narrow={(row) => (
        <>
          <span>
            {link(row)} {active(row)}
          </span>
          <span className={styles.module}>
            <Time at={row.createdAt} />
          </span>
        </>
      )}
    />
  );
}
