import type { ReactNode } from "react";
import type { LiteralJson, LiteralMapJson, LiteralTypeJson } from "../../api/types";
import { useText } from "../../text";
import { copyText } from "../../ui/clipboard";
import { Menu, type MenuEntry } from "../../ui/Menu";
import { Empty } from "../../ui/States";
import { Value } from "../../ui/Value";
import { writeData } from "./data";
import styles from "./Literals.module.css";
import { plainData } from "./plain";
import { literalTree, typeText } from "./read";

export interface LiteralsProps {
  values: LiteralMapJson | undefined;
  /** Types by name, when they are known. */
  types?: Record<string, LiteralTypeJson>;
  /** What is said when there are none. */
  empty: string;
  /** The flyte:// address of a value by its name. */
  addressOf?: (name: string) => string;
  /** What else can be done with a value. */
  actions?: (name: string, literal: LiteralJson) => MenuEntry[];
  /** What stands below a value. */
  below?: (name: string, literal: LiteralJson) => ReactNode;
}

/** Named values with their types, each a tree. */
export function Literals({ values, types = {}, empty, addressOf, actions, below }: LiteralsProps) {
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
                        ]
                      : []),
                    ...(actions?.(name, literal) ?? []),
                  ]}
                >
                  ⋯
                </Menu>
              </span>
            </dt>
            <dd className={styles.value}>
              <Value tree={tree} />
              {below?.(name, literal)}
            </dd>
          </div>
        );
      })}
    </dl>
  );
}
