import { type Project, useProjects } from "../../api/platform";
import { href } from "../../base/address";
import { useText } from "../../text";
import { Button } from "../../ui/Button";
import { type Column, List } from "../../ui/List";
import { Page } from "../../ui/Page";
import { ErrorState, LoadingLine } from "../../ui/States";
import styles from "./Projects.module.css";

function Domains({ project }: { project: Project }) {
  return (
    <span className={styles.domains}>
      {project.domains.map(({ id, name }) => (
        <Button key={id} size="small" href={href.executions({ project: project.id, domain: id })}>
          {name || id}
        </Button>
      ))}
    </span>
  );
}

/** All projects with their domains. */
export default function Projects() {
  const text = useText();
  const { data, error, isPending, refetch } = useProjects();
  const columns: Column<Project>[] = [
    {
      id: "project",
      head: text.column.project,
      width: "minmax(160px, 1fr)",
      cell: (row) => <b>{row.name || row.id}</b>,
    },
    { id: "description", head: text.column.description, width: "minmax(0, 2fr)", cell: (row) => row.description },
    { id: "domain", head: text.column.domain, width: "320px", cell: (row) => <Domains project={row} /> },
  ];
  return (
    <Page title={text.place.title} windowTitle={text.place.title}>
      <LoadingLine loading={isPending} />
      {error && <ErrorState title={text.state.unread(text.place.title)} error={error} onRetry={() => void refetch()} />}
      {data && (
        <List
          label={text.place.title}
          rows={data}
          columns={columns}
          keyOf={({ id }) => id}
          narrow={(row) => (
            <>
              <b>{row.name || row.id}</b>
              <Domains project={row} />
            </>
          )}
        />
      )}
    </Page>
  );
}
