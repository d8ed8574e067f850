import { Ellipsis } from "lucide-react";
import { type ReactNode, useState } from "react";
import { useText } from "../text";
import styles from "./Button.module.css";
import type { Column } from "./List";
import { MenuAt, type MenuEntry } from "./Menu";

/** A last column with a button for what can be done with a row; and the menu, which is made when it is asked for. */
export function useRowMenu<T>(nameOf: (row: T) => string, entriesOf: (row: T) => MenuEntry[]) {
  const text = useText();
  const [open, setOpen] = useState<{ row: T; at: Element } | null>(null);
  const column: Column<T> = {
    id: "menu",
    head: <span className="visually-hidden">{text.act.more}</span>,
    width: "24px",
    cell: (row) => (
      <button
        type="button"
        className={`above-row-link ${styles.button}`}
        data-kind="icon"
        data-size="small"
        aria-label={`${text.act.more}: ${nameOf(row)}`}
        aria-haspopup="menu"
        onClick={({ currentTarget }) => setOpen({ row, at: currentTarget })}
      >
        <Ellipsis size={16} strokeWidth={1.75} aria-hidden />
      </button>
    ),
  };
  const menu: ReactNode = open && (
    <MenuAt at={open.at} label={nameOf(open.row)} items={entriesOf(open.row)} onClose={() => setOpen(null)} />
  );
  return { column, menu };
}
