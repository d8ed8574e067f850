import { useStatus } from "../../api/platform";
import { href } from "../../base/address";
import { useText } from "../../text";
import { Copy } from "../../ui/Copy";
import { Link } from "../../ui/Link";
import { type Fact, Facts, Page, Section } from "../../ui/Page";
import { ErrorState, LoadingLine } from "../../ui/States";
import styles from "./Settings.module.css";

const copied = (value: string) => (
  <>
    <code>{value}</code> <Copy text={value} />
  </>
);

/** Ports and paths of the sandbox, and what it is. */
export default function Settings() {
  const text = useText();
  const { data: status, error, isPending, refetch } = useStatus();
  const { settings } = text;
  const facts: Fact[] = status
    ? [
        { id: "platform", label: settings.platform, value: copied(status.addresses.platform) },
        { id: "store", label: settings.store, value: copied(status.addresses.object_store) },
        { id: "docker", label: settings.docker, value: copied(status.addresses.docker) },
        { id: "home", label: settings.home, value: copied(status.paths.home) },
        { id: "client", label: settings.client, value: copied(status.paths.client_file) },
        { id: "log", label: settings.log, value: copied(status.paths.log) },
        { id: "preset", label: settings.preset, value: status.preset },
        { id: "version", label: settings.version, value: `${status.version} (Flyte ${status.flyte})` },
      ]
    : [];
  return (
    <Page title={text.nav.settings} windowTitle={text.nav.settings}>
      <LoadingLine loading={isPending} />
      {error && !status && (
        <ErrorState title={text.state.unread(text.nav.settings)} error={error} onRetry={() => void refetch()} />
      )}
      <div className={styles.stack}>
        <Section title={settings.machine}>
          <Facts stacked facts={facts} />
        </Section>
        <Section title={text.keys.title}>
          <p>
            <Link href={href.machine("keys")}>{text.keys.hint}</Link>
          </p>
        </Section>
      </div>
    </Page>
  );
}
