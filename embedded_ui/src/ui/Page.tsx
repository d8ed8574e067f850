import { type ReactNode, useEffect } from "react";
import styles from "./Page.module.css";
import { Boundary } from "./States";

export interface PageProps {
  /** The one h1 of the page. */
  title: ReactNode;
  /** The title of the window, without the product's name. */
  windowTitle: string;
  /** What stands right of the title. */
  actions?: ReactNode;
  /** Identifiers are titles in mono. */
  mono?: boolean;
  beside?: ReactNode;
  children: ReactNode;
}

/** A page: its title with what can be done, then what it shows. */
export function Page({ title, windowTitle, actions, mono = false, beside, children }: PageProps) {
  useEffect(() => {
    document.title = windowTitle === "" ? "sandbox" : `${windowTitle} · sandbox`;
  }, [windowTitle]);
  return (
    <div className={styles.page}>
      <header className={styles.head}>
        <h1 className={styles.title} data-mono={mono ? "" : undefined}>
          {title}
        </h1>
        {beside && <div className={styles.beside}>{beside}</div>}
        {actions && <div className={styles.actions}>{actions}</div>}
      </header>
      <Boundary of={windowTitle}>{children}</Boundary>
    </div>
  );
}

/** A part of a page with a head of its own. */
export function Section({ title, aside, children }: { title: ReactNode; aside?: ReactNode; children: ReactNode }) {
  return (
    <section className={styles.section}>
      <div className={styles.sectionHead}>
        <h2>{title}</h2>
        {aside}
      </div>
      {children}
    </section>
  );
}

export interface Fact {
  id: string;
  label: string;
  value: ReactNode;
}

/** Names and values in one flow of pairs. */
export function Facts({ facts, stacked = false }: { facts: Fact[]; stacked?: boolean }) {
  return (
    <dl className={stacked ? styles.stacked : styles.facts}>
      {facts.map(({ id, label, value }) => (
        <div key={id} className={styles.fact}>
          <dt>{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
