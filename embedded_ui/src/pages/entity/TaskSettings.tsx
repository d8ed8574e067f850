import { useTaskNeeds, type Version } from "../../api/entities";
import { useSecrets } from "../../api/machine";
import type { TaskNeeds, TaskTemplateJson, TaskUse } from "../../api/types";
import { href } from "../../base/address";
import type { EntityName } from "../../base/kinds";
import { jsonTree } from "../../feature/literal/read";
import { Origin } from "../../feature/settings/Origin";
import { useText } from "../../text";
import { useMachineText } from "../../text/machine";
import { Nothing } from "../../ui/Amount";
import { Command, Copy } from "../../ui/Copy";
import { Image } from "../../ui/Identifier";
import { Link } from "../../ui/Link";
import { type Fact, Facts, Section } from "../../ui/Page";
import { Value } from "../../ui/Value";
import styles from "./Entity.module.css";
import { askedResources, range } from "./resources";

type Resource = TaskNeeds["resources"][number];

/** One resource as it is in force, and who set it where that is not the task. */
function Gets({ resources }: { resources: Resource[] | undefined }) {
  const { limits } = useMachineText();
  if (!resources?.length) return <Nothing />;
  return (
    <ul className={styles.ticks}>
      {resources.map(({ resource, request, limit, request_from, limit_from }) => {
        const from = [limit_from, request_from].find((each) => each !== null && each !== "task");
        return (
          <li key={resource}>
            {limits.names[resource] ?? resource} {range(request ?? "", limit ?? "")} {from && <Origin from={from} />}
          </li>
        );
      })}
    </ul>
  );
}

/** The secrets that a task wants; those that are not set say so, with the command that sets them. */
function Secrets({ of }: { of: TaskTemplateJson }) {
  const { secrets } = useMachineText();
  const { data } = useSecrets();
  const wanted = of.securityContext?.secrets ?? [];
  if (wanted.length === 0) return <Nothing />;
  return (
    <ul className={styles.ticks}>
      {wanted.map(({ group = "", key = "" }) => {
        const same = (each: { group: string; key: string }) => each.group === group && each.key === key;
        const missing = data && !data.secrets.some(same);
        return (
          <li key={`${group}/${key}`} className={styles.bar}>
            <span translate="no">{`${group}/${key}`}</span>
            {missing && <span className={styles.missing}>{secrets.notSet}</span>}
            {missing && <Command command={data.missing.find(same)?.command ?? `sandbox secrets set ${group} ${key}`} />}
          </li>
        );
      })}
    </ul>
  );
}

function UsedBy({ workflows }: { workflows: TaskUse[] | undefined }) {
  if (!workflows?.length) return <Nothing />;
  return (
    <ul className={styles.ticks}>
      {workflows.map((each) => (
        <li key={each.name}>
          <Link href={href.entity({ kind: "workflow", ...each })}>{each.name}</Link>
        </li>
      ))}
    </ul>
  );
}

/** What a version of a task says of how it is run. */
export function TaskSettings({ entity, version }: { entity: EntityName; version: Version }) {
  const text = useText();
  const machine = useMachineText();
  const needs = useTaskNeeds(entity, version.version);
  const words = text.entities.settings;
  const { template, image } = version;
  if (!template) return null;
  const container = template.container;
  const command = [...(container?.command ?? []), ...(container?.args ?? [])].join(" ");
  const env = (container?.env ?? []).map(({ key, value }) => `${key}=${value}`).join("\n");
  const retries = template.metadata?.retries?.retries;
  const cached = template.metadata?.discoverable;
  const facts: Fact[] = [
    { id: "type", label: words.type, value: template.type || <Nothing /> },
    { id: "image", label: words.image, value: image ? <Image reference={image} /> : <Nothing /> },
    { id: "resources", label: words.resources, value: askedResources(template) || <Nothing /> },
    { id: "gets", label: machine.limits.gets, value: <Gets resources={needs.data?.resources} /> },
    { id: "retries", label: words.retries, value: retries ?? 0 },
    { id: "timeout", label: words.timeout, value: template.metadata?.timeout ?? <Nothing /> },
    { id: "cache", label: words.cache, value: cached ? (template.metadata?.discoveryVersion ?? "") : words.off },
    { id: "secrets", label: words.secrets, value: <Secrets of={template} /> },
    { id: "used", label: machine.images.usedBy, value: <UsedBy workflows={needs.data?.used_by} /> },
    { id: "env", label: words.env, value: env === "" ? <Nothing /> : <pre>{env}</pre> },
    { id: "pod", label: words.podTemplate, value: template.metadata?.podTemplateName || <Nothing /> },
  ];
  return (
    <div className={styles.stack}>
      <Facts stacked facts={facts} />
      {command !== "" && (
        <Section title={words.command}>
          <Command command={command} />
        </Section>
      )}
      <Section title={words.template} aside={<Copy text={JSON.stringify(template, null, 2)} what="JSON" />}>
        <Value tree={jsonTree(template)} />
      </Section>
    </div>
  );
}
