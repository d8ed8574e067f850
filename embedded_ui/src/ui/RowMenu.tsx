import type { Text } from "../text";
import styles from "./Button.module.css";
import type { Column } from "./List";
import { Dots } from "./Menu";

/** A row whose menu is open, and its button. */
export interface RowMenu<T> {
  row: T;
  at: Element;
}

/** A last column with a button for what can be done with a row; its menu is a MenuAt, made when it is asked for. */
export const menuColumn = <T,>(text: Text, nameOf: (row: T) => string, open: (on: RowMenu<T>) => void): Column<T> => ({
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
      onClick={({ currentTarget }) => open({ row, at: currentTarget })}
      onKeyDown={(event) => {
        if (event.key !== "Enter" && event.key !== " ") return;
        event.preventDefault(); // A click that comes of a key counts as a screen reader's, and the first item gets no focus.
        open({ row, at: event.currentTarget });
      }}
    >
      <Dots />
    </button>
  ),
});
