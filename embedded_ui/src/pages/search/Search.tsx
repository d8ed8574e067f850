import { useFound } from "../../api/platform";
import { useQueryValues } from "../../base/query";
import { groupTitle, useText } from "../../text";
import { count } from "../../text/format";
import { SearchBox } from "../../ui/Field";
import { Link } from "../../ui/Link";
import { List } from "../../ui/List";
import { Page } from "../../ui/Page";
import { Empty, ErrorState, LoadingLine } from "../../ui/States";

const MOST = 50;

/** What has the text of `?q=` in it, all that the palette finds and more of it. */
export default function Search() {
  const text = useText();
  const [query, change] = useQueryValues();
  const q = (query.get("q") ?? "").trim();
  const { data, error, isFetching, refetch } = useFound(q, null, MOST);
  const title = text.palette.open;
  const groups = q === "" ? [] : (data ?? []);
  return (
    <Page title={title} windowTitle={q || title}>
      <div style={{ display: "flex" }}>
        <SearchBox label={title} value={q} onChange={(to) => change({ q: to })} width={320} />
      </div>
      <LoadingLine loading={isFetching} />
      {error && <ErrorState title={text.state.unread(title)} error={error} onRetry={() => void refetch()} />}
      {groups.map(({ id, hits }) => (
        <List
          key={id}
          label={groupTitle(text, id)}
          rows={hits}
          columns={[
            {
              id: "title",
              head: groupTitle(text, id),
              width: "minmax(0, 2fr)",
              cell: (hit) => (
                <Link href={hit.href} className="row-link" named>
                  {hit.title}
                </Link>
              ),
            },
            {
              id: "detail",
              head: `${count(hits.length)}${hits.length < MOST ? "" : "+"}`,
              width: "minmax(0, 1fr)",
              cell: ({ detail }) => <span translate="no">{detail}</span>,
            },
          ]}
          keyOf={(hit) => hit.href}
          stale={isFetching}
        />
      ))}
      {data && groups.length === 0 && <Empty>{q === "" ? text.palette.placeholder : text.palette.none}</Empty>}
    </Page>
  );
}
