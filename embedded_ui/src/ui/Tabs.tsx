import type { ReactNode } from "react";
import { Tabs as Behaviour, Tab, TabList, TabPanel } from "react-aria-components/Tabs";
import styles from "./Tabs.module.css";

export interface TabItem {
  id: string;
  label: string;
  /** A number beside the label. */
  count?: number | undefined;
}

export interface TabsProps {
  label: string;
  items: TabItem[];
  selected: string;
  onSelect: (id: string) => void;
  children: ReactNode;
  small?: boolean;
  /** Fills the height that is there; the content scrolls by itself. */
  fill?: boolean;
}

/** A strip of tabs with the content of the chosen one. */
export function Tabs({ label, items, selected, onSelect, children, small = false, fill = false }: TabsProps) {
  return (
    <Behaviour
      className={styles.tabs ?? ""}
      selectedKey={selected}
      onSelectionChange={(key) => onSelect(String(key))}
      {...(fill ? { "data-fill": "" } : {})}
    >
      <TabList aria-label={label} className={styles.list ?? ""} {...(small ? { "data-small": "" } : {})}>
        {items.map(({ id, label: name, count }) => (
          <Tab key={id} id={id} className={styles.tab ?? ""}>
            {name}
            {count !== undefined && <span className={styles.count}>{count}</span>}
          </Tab>
        ))}
      </TabList>
      <TabPanel id={selected} className={styles.panel ?? ""}>
        {children}
      </TabPanel>
    </Behaviour>
  );
}
