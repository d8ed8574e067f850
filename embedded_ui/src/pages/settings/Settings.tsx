import { useStatus } from "../../api/platform";
import { BASE, href } from "../../base/address";
import { go } from "../../base/query";
import { PreferenceFields } from "../../feature/preferences/PreferenceFields";
import { useText } from "../../text";
import { useMachineText } from "../../text/machine";
import { Link } from "../../ui/Link";
import { later } from "../../ui/later";
import { type Fact, Facts, Page } from "../../ui/Page";
import { Tabs } from "../../ui/Tabs";
import { Machine } from "./Machine";
import styles from "./Settings.module.css";

const LimitsTab = later(() => import("./Limits"));
const DoctorTab = later(() => import("./Doctor"));

type Section = "machine" | "limits" | "doctor" | "preferences" | "about";
const SECTIONS: Section[] = ["machine", "limits", "doctor", "preferences", "about"];

function About() {
  const text = useText();
  const { settings } = useMachineText();
  const { data: status } = useStatus();
  const facts: Fact[] = status
    ? [{ id: "version", label: settings.version, value: `${status.version} (Flyte ${status.flyte})` }]
    : [];
  return (
    <div className={styles.stack}>
      <Facts stacked facts={facts} />
      <p>
        <a href={`${BASE}/licenses.txt`} target="_blank" rel="noopener">
          {settings.licences}
        </a>
      </p>
      <p>
        <Link href={href.machine("keys")}>{text.keys.title}</Link>
      </p>
    </div>
  );
}

/** The machine's ports, paths and settings; limits; the doctor; how the page looks; what it is. */
export default function Settings({ address }: { address: { section: Section } }) {
  const text = useText();
  const { settings } = useMachineText();
  const { section } = address;
  return (
    <Page title={text.nav.settings} windowTitle={settings.tabs[section]}>
      <Tabs
        label={text.nav.settings}
        items={SECTIONS.map((id) => ({ id, label: settings.tabs[id] }))}
        selected={section}
        onSelect={(id) =>
          go(id === "machine" ? href.machine("settings") : href.settings(id as Exclude<Section, "machine">))
        }
      >
        <div className={styles.tab}>
          {section === "machine" && <Machine />}
          {section === "limits" && <LimitsTab />}
          {section === "doctor" && <DoctorTab />}
          {section === "preferences" && <PreferenceFields />}
          {section === "about" && <About />}
        </div>
      </Tabs>
    </Page>
  );
}
