import { X } from "lucide-react";
import { useState } from "react";
import { contentUrl } from "../../../api/objects";
import type { LiteralJson, LiteralMapJson, LiteralTypeJson } from "../../../api/types";
import { Literals } from "../../../feature/literal/Literals";
import { pythonOf } from "../../../feature/literal/python";
import { useStoredText as useText } from "../../../text/stored";
import { Button } from "../../../ui/Button";
import { later } from "../../../ui/later";
import type { MenuEntry } from "../../../ui/Menu";
import { addressOf, type Owner, objectOf, pythonOfRun } from "./address";
import { Origin } from "./Origin";
import { Python } from "./Python";
import styles from "./Values.module.css";

const Preview = later(() => import("../../../feature/preview/Preview"));

type View = "preview" | "python" | "origin";

interface BelowProps {
  owner: Owner;
  name: string;
  literal: LiteralJson;
  view: View;
  onClose: () => void;
}

function Below({ owner, name, literal, view, onClose }: BelowProps) {
  const text = useText();
  const object = objectOf(literal);
  const { node } = owner;
  const code =
    node === null ? pythonOfRun(owner, name, literal) : pythonOf(addressOf({ ...owner, node }, name), literal);
  const python = <Python name={name} code={code} />;
  return (
    <div className={styles.below}>
      <span className={styles.close}>
        <Button kind="icon" size="small" label={text.act.close} onPress={onClose}>
          <X size={14} strokeWidth={1.75} />
        </Button>
      </span>
      {view === "origin" && <Origin owner={owner} name={name} />}
      {view === "python" && python}
      {view === "preview" && object !== null && <Preview uri={object} python={python} />}
    </div>
  );
}

export interface ValueListProps {
  owner: Owner;
  values: LiteralMapJson | undefined;
  types?: Record<string, LiteralTypeJson>;
  empty: string;
}

/** Whether it is told where a value comes from: what a node gives comes from itself. */
const hasOrigin = ({ node, side }: Owner): boolean => (node === null ? side === "outputs" : side === "inputs");

/** Values of a node or of a run, each with what can be done with it. */
export function ValueList({ owner, values, types, empty }: ValueListProps) {
  const text = useText();
  const [open, setOpen] = useState<{ name: string; view: View } | null>(null);
  const actions = (name: string, literal: LiteralJson): MenuEntry[] => {
    const object = objectOf(literal);
    const view = (id: View, label: string): MenuEntry => ({ id, label, onAction: () => setOpen({ name, view: id }) });
    const isFolder = literal.scalar?.blob?.metadata?.type?.dimensionality === "MULTIPART";
    return [
      view("python", text.stored.values.python),
      ...(object ? [view("preview", text.stored.preview.open)] : []),
      ...(object && !isFolder && !literal.scalar?.structuredDataset
        ? [{ id: "download", label: text.act.download, onAction: () => location.assign(contentUrl(object, true)) }]
        : []),
      ...(hasOrigin(owner) ? [view("origin", text.stored.values.whereFrom)] : []),
    ];
  };
  const { node } = owner;
  return (
    <Literals
      values={values}
      {...(types ? { types } : {})}
      empty={empty}
      {...(node === null ? {} : { addressOf: (name: string) => addressOf({ ...owner, node }, name) })}
      actions={actions}
      below={(name, literal) =>
        open?.name === name && (
          <Below owner={owner} name={name} literal={literal} view={open.view} onClose={() => setOpen(null)} />
        )
      }
    />
  );
}
