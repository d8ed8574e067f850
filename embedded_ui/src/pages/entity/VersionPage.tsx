import { useVersion, useVersions } from "../../api/entities";
import { href } from "../../base/address";
import type { EntityName } from "../../base/kinds";
import { go, useQueryValues } from "../../base/query";
import { Signature } from "../../feature/literal/Interface";
import { jsonTree } from "../../feature/literal/read";
import { useText } from "../../text";
import { useCompareText } from "../../text/compare";
import { version as shortVersion } from "../../text/format";
import { Button } from "../../ui/Button";
import { Copy } from "../../ui/Copy";
import { later } from "../../ui/later";
import { Choice } from "../../ui/Menu";
import { Facts, Page, Section } from "../../ui/Page";
import { ErrorState, LoadingLine } from "../../ui/States";
import { Tabs } from "../../ui/Tabs";
import { Time } from "../../ui/Time";
import { Value } from "../../ui/Value";
import { LaunchButton } from "../launch/LaunchButton";
import styles from "./Entity.module.css";
import { VersionRuns } from "./EntityRuns";
import { Plan } from "./Plan";
import { TaskSettings } from "./TaskSettings";
import { Versions } from "./Versions";
import { versionBefore } from "./version-before";

const VersionChanges = later(() => import("./VersionChanges"), <LoadingLine loading />);
const WorkflowGraph = later(() => import("./WorkflowGraph"), <LoadingLine loading />);

/** One version as it was registered. */
export default function VersionPage({ address }: { address: EntityName & { version: string } }) {
  const text = useText();
  const words = useCompareText();
  const { kind, project, domain, name, version } = address;
  const entity = { kind, project, domain, name };
  const [query, change] = useQueryValues();
  const { data, error, isPending, refetch } = useVersion(entity, version);
  const { data: versions = [] } = useVersions(entity);
  const before = versionBefore(versions, version);
  const tabs = [
    ...(kind === "workflow" ? [{ id: "graph", label: text.tab.graph }] : []),
    { id: "template", label: text.tab.template },
    { id: "interface", label: text.tab.interface },
    ...(before ? [{ id: "changes", label: words.changed(shortVersion(before), shortVersion(version)) }] : []),
    { id: "executions", label: text.tab.executions },
    { id: "versions", label: text.tab.versions, count: versions.length },
  ];
  const first = tabs[0]?.id ?? "template";
  const asked = query.get("tab");
  const tab = tabs.find(({ id }) => id === asked)?.id ?? first;
  return (
    <Page
      title={name}
      windowTitle={`${name} ${shortVersion(version)}`}
      mono
      beside={
        <>
          <span>{text.kind[kind]}</span>
          <Choice
            size="small"
            label={text.column.version}
            selected={[version]}
            items={versions.slice(0, 50).map((each) => ({ id: each.version, label: shortVersion(each.version) }))}
            onChange={([to]) => to && go(href.version(entity, to))}
          >
            {shortVersion(version)}
          </Choice>
        </>
      }
      actions={
        data && (
          <>
            {before && (
              <Button onPress={() => change({ tab: "changes" })}>{words.compareWith(shortVersion(before))}</Button>
            )}
            <LaunchButton of={entity} version={version} />
          </>
        )
      }
    >
      <LoadingLine loading={isPending} />
      {error && <ErrorState title={text.state.unread(version)} error={error} onRetry={() => void refetch()} />}
      {data && (
        <>
          <Facts
            facts={[
              { id: "created", label: text.column.registered, value: <Time at={data.createdAt} as="detail" /> },
              { id: "in", label: text.entities.inputs, value: <Signature variables={data.inputs} /> },
              { id: "out", label: text.entities.outputs, value: <Signature variables={data.outputs} /> },
            ]}
          />
          <Tabs label={name} items={tabs} selected={tab} onSelect={(id) => change({ tab: id === first ? null : id })}>
            <div className={styles.tab}>
              {tab === "graph" && <WorkflowGraph place={entity} version={data} />}
              {tab === "template" && kind === "task" && <TaskSettings entity={entity} version={data} />}
              {tab === "template" && kind === "launch_plan" && <Plan versions={[data]} entity={entity} />}
              {tab === "template" && kind === "workflow" && (
                <Section
                  title={text.tab.template}
                  aside={<Copy text={JSON.stringify(data.raw, null, 2)} what="JSON" />}
                >
                  <Value tree={jsonTree(data.raw)} />
                </Section>
              )}
              {tab === "interface" && (
                <div className={styles.stack}>
                  <Section title={text.values.inputs}>
                    <Signature variables={data.inputs} />
                  </Section>
                  <Section title={text.values.outputs}>
                    <Signature variables={data.outputs} />
                  </Section>
                </div>
              )}
              {tab === "changes" && before && (
                <VersionChanges entity={entity} version={version} before={before} versions={versions} />
              )}
              {tab === "executions" && <VersionRuns entity={entity} version={version} />}
              {tab === "versions" && <Versions entity={entity} versions={versions} />}
            </div>
          </Tabs>
        </>
      )}
    </Page>
  );
}
