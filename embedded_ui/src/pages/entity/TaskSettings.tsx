import type { Version } from "../../api/entities";
import { jsonTree } from "../../feature/literal/read";
import { useText } from "../../text";
import { Nothing } from "../../ui/Amount";
import { Command, Copy } from "../../ui/Copy";
import { Image } from "../../ui/Identifier";
import { type Fact, Facts, Section } from "../../ui/Page";
import { Value } from "../../ui/Value";
import styles from "./Entity.module.css";
import { askedResources } from "./resources";

/** What a version of a task says of how it is run. */
export function TaskSettings({ version }: { version: Version }) {
  const text = useText();
  const words = text.entities.settings;
  const { template, image } = version;
  if (!template) return null;
  const container = template.container;
  const command = [...(container?.command ?? []), ...(container?.args ?? [])].join(" ");
  const env = (container?.env ?? []).map(({ key, value }) => `${key}=${value}`).join("\n");
  const secrets = (template.securityContext?.secrets ?? []).map(({ group, key }) => `${group}/${key}`).join(", ");
  const retries = template.metadata?.retries?.retries;
  const cached = template.metadata?.discoverable;
  const facts: Fact[] = [
    { id: "type", label: words.type, value: template.type || <Nothing /> },
    { id: "image", label: words.image, value: image ? <Image reference={image} /> : <Nothing /> },
    { id: "resources", label: words.resources, value: askedResources(template) || <Nothing /> },
    { id: "retries", label: words.retries, value: retries ?? 0 },
    { id: "timeout", label: words.timeout, value: template.metadata?.timeout ?? <Nothing /> },
    { id: "cache", label: words.cache, value: cached ? (template.metadata?.discoveryVersion ?? "") : words.off },
    { id: "secrets", label: words.secrets, value: secrets || <Nothing /> },
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
