import type { LiteralMapJson, LiteralTypeJson } from "../../api/types";
import { useText } from "../../text";
import { copyText } from "../../ui/clipboard";
import { Menu } from "../../ui/Menu";
import { Empty } from "../../ui/States";
import { Value } from "../../ui/Value";
import { writeData } from "./data";
import styles from "./Literals.module.css";
import { plainData } from "./plain";
import { literalTree, typeText } from "./read";

/** The lines of Python that read a value by its address. */
export const pythonOf = (address: string): string => `from flytekit.configuration import Config
from flytekit.remote import FlyteRemote

remote = FlyteRemote(Config.auto(), default_project="${address.split("/")[3]}", default_domain="${address.split("/")[4]}")
value = remote.get("${address}")
`;

export interface LiteralsProps {
  values: LiteralMapJson | undefined;
  /** Types by name, when they are known. */
  types?: Record<string, LiteralTypeJson>;
  /** What is said when there are none. */
  empty: string;
  /** The flyte:// address of a value by its name. */
  addressOf?: (name: string) => string;
}

/** Named values with their types, each a tree. */
export function Literals({ values, types = {}, empty, addressOf }: LiteralsProps) {
  const text = useText();
  const entries = Object.entries(values?.literals ?? {}).sort(([a], [b]) => a.localeCompare(b));
  if (entries.length === 0) return <Empty>{empty}</Empty>;
  return (
    <dl className={styles.literals}>
      {entries.map(([name, literal]) => {
        const tree = literalTree(literal);
        const plain = "leaf" in tree ? tree.text : writeData(plainData(literal), 2);
        const type = types[name];
        return (
          <div key={name} className={styles.literal}>
            <dt className={styles.name}>
              <span>{name}</span>
              {type && <span className={styles.type}>{typeText(type)}</span>}
              <span className={styles.actions}>
                <Menu
                  kind="icon"
                  size="small"
                  label={text.act.more}
                  chevron={false}
                  items={[
                    { id: "value", label: text.values.copyValue, onAction: () => void copyText(plain) },
                    {
                      id: "json",
                      label: text.values.copyJson,
                      onAction: () => void copyText(JSON.stringify(literal, null, 2)),
                    },
                    ...(addressOf
                      ? [
                          {
                            id: "address",
                            label: text.values.address,
                            onAction: () => void copyText(addressOf(name)),
                          },
                          {
                            id: "python",
                            label: text.launch.values.python,
                            onAction: () => void copyText(pythonOf(addressOf(name))),
                          },
                        ]
                      : []),
                  ]}
                >
                  ⋯
                </Menu>
              </span>
            </dt>
            <dd className={styles.value}>
              <Value tree={tree} />
            </dd>
          </div>
        );
      })}
    </dl>
  );
}
