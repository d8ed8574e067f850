import { ChevronDown } from "lucide-react";
import { useState } from "react";
import { Button as Behaviour } from "react-aria-components/Button";
import { DialogTrigger } from "react-aria-components/Dialog";
import type { Address } from "../base/address";
import { useText } from "../text";
import { shortIdentifier } from "../text/format";
import { Copy } from "../ui/Copy";
import { Link } from "../ui/Link";
import { later } from "../ui/later";
import styles from "./Breadcrumb.module.css";
import { type Crumb, crumbsOf, type Part } from "./crumbs";

const Siblings = later(() => import("./Siblings"));

/** Opens what is beside a part. */
function Others({ part, label, address }: { part: Part; label: string; address: Address }) {
  const text = useText();
  const [open, setOpen] = useState(false);
  const name = text.breadcrumb.others(label);
  return (
    <DialogTrigger isOpen={open} onOpenChange={setOpen}>
      <Behaviour className={styles.others ?? ""} aria-label={name}>
        <ChevronDown size={14} strokeWidth={1.75} aria-hidden />
      </Behaviour>
      {open && <Siblings part={part} address={address} label={name} onDone={() => setOpen(false)} />}
    </DialogTrigger>
  );
}

function Label({ crumb, last }: { crumb: Crumb; last: boolean }) {
  const label = shortIdentifier(crumb.label, 48);
  const named = crumb.copy || crumb.name;
  const title = label === crumb.label ? undefined : crumb.label;
  if (crumb.href && !last)
    return (
      <Link href={crumb.href} className={styles.link} title={title} named={named}>
        {label}
      </Link>
    );
  return (
    <span className={styles.text} aria-current="page" translate={named ? "no" : undefined} title={title}>
      {label}
    </span>
  );
}

/** Where the page is. What is beside a part opens at it; the last part can be copied. */
export function Breadcrumb({ address }: { address: Address }) {
  const text = useText();
  const crumbs = crumbsOf(text, address);
  return (
    <nav aria-label={text.breadcrumb.label} className={styles.breadcrumb}>
      <ol className={styles.list}>
        {crumbs.map((crumb, index) => {
          const last = index === crumbs.length - 1;
          return (
            <li key={crumb.id} className={styles.crumb} data-last={last ? "" : undefined}>
              {index > 0 && (
                <span aria-hidden className={styles.separator}>
                  /
                </span>
              )}
              <Label crumb={crumb} last={last} />
              {crumb.part && crumbs.length > 1 && <Others part={crumb.part} label={crumb.label} address={address} />}
              {last && crumb.copy && (
                <span className={styles.copy} data-copy-id="">
                  <Copy text={crumb.label} />
                </span>
              )}
            </li>
          );
        })}
      </ol>
    </nav>
  );
}
