import { useSettings } from "../../api/machine";
import { useStatus } from "../../api/platform";
import { Origin } from "../../feature/settings/Origin";
import { useText } from "../../text";
import { useMachineText } from "../../text/machine";
import { Copy } from "../../ui/Copy";
import { type Fact, Facts, Section } from "../../ui/Page";
import { ScrollBox } from "../../ui/ScrollBox";
import { ErrorState, LoadingLine } from "../../ui/States";
import styles from "./Settings.module.css";

const copied = (value: string) => (
  <>
    <code translate="no">{value}</code> <Copy text={value} />
  </>
);

function ConfigRows() {
  const text = useText();
  const { settings } = useMachineText();
  const { data, error, refetch } = useSettings();
  if (error && !data)
    return <ErrorState title={text.state.unread(settings.config)} error={error} onRetry={() => void refetch()} />;
  return (
    <ScrollBox label={settings.config}>
      <table className={styles.table} aria-label={settings.config}>
        <thead>
          <tr>
            <th scope="col">{settings.setting}</th>
            <th scope="col">{settings.value}</th>
            <th scope="col">{settings.from}</th>
          </tr>
        </thead>
        <tbody>
          {data?.settings.map(({ name, value, from }) => (
            <tr key={name}>
              <td>
                <code translate="no">{name}</code>
              </td>
              <td>
                {value === null ? (
                  <span className={styles.muted}>{settings.none}</span>
                ) : (
                  <code translate="no">{value}</code>
                )}
              </td>
              <td>
                <Origin from={from} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollBox>
  );
}

/** Ports and paths of the sandbox, and its settings with who set them. */
export function Machine() {
  const text = useText();
  const words = useMachineText().settings;
  const { data: status, error, isPending, refetch } = useStatus();
  useSettings(); // Asked for beside the status, and shown below it: what comes later moves nothing.
  const { settings } = text;
  const facts: Fact[] = status
    ? [
        { id: "platform", label: settings.platform, value: copied(status.addresses.platform) },
        { id: "store", label: settings.store, value: copied(status.addresses.object_store) },
        { id: "registry", label: settings.registry, value: copied(status.addresses.registry) },
        { id: "docker", label: settings.docker, value: copied(status.addresses.docker) },
        { id: "home", label: settings.home, value: copied(status.paths.home) },
        { id: "client", label: settings.client, value: copied(status.paths.client_file) },
        { id: "log", label: settings.log, value: copied(status.paths.log) },
      ]
    : [];
  return (
    <div className={styles.stack}>
      <LoadingLine loading={isPending} />
      {error && !status && (
        <ErrorState title={text.state.unread(text.nav.settings)} error={error} onRetry={() => void refetch()} />
      )}
      {status && (
        <Section title={words.machine}>
          <Facts stacked facts={facts} />
        </Section>
      )}
      {(status || error) && (
        <Section title={words.config}>
          {status && (
            <p className={styles.muted}>
              {words.configHint} <code translate="no">{status.paths.home}/config.yaml</code>
            </p>
          )}
          <ConfigRows />
        </Section>
      )}
    </div>
  );
}
