import { CaseSensitive, Copy, Download, Regex } from "lucide-react";
import { type LogName, type LogSearch, rawAddress } from "../../api/logs";
import { useText } from "../../text";
import { Button } from "../../ui/Button";
import { copyText } from "../../ui/clipboard";
import { SearchBox } from "../../ui/Field";
import { Menu } from "../../ui/Menu";
import { bareText } from "./ansi";
import styles from "./Logs.module.css";
import { Follow, Look, Matches } from "./Scroller";
import type { LogStore } from "./store";
import type { Frame } from "./use-frame";
import type { SearchState } from "./use-search";

export interface LogBarProps {
  log: LogName;
  search: LogSearch;
  onSearch: (search: LogSearch) => void;
  found: SearchState;
  at: number;
  onStep: (by: number) => void;
  frame: Frame;
  live: boolean;
  store: LogStore;
  lines: [number, number] | null;
  before?: React.ReactNode;
  after?: React.ReactNode;
}

const icon = { size: 16, strokeWidth: 1.75 };

function Found({ found, at, search, onStep }: Pick<LogBarProps, "found" | "at" | "search" | "onStep">) {
  const text = useText();
  if (search.q === "") return null;
  if (found.error) return <span className={styles.bad}>{search.regex ? text.logs.bad : found.error}</span>;
  return <Matches at={at} of={found.matches.length} running={found.running} onStep={onStep} />;
}

function chosenText(store: LogStore, [from, to]: [number, number]): string {
  const out: string[] = [];
  for (let n = from; n <= to; n += 1) out.push(bareText(store.line(n - 1)?.text ?? ""));
  return out.join("\n");
}

/** The bar above a log: search, what is shown, follow, download. */
export function LogBar(props: LogBarProps) {
  const { log, search, onSearch, found, frame, live, store, lines } = props;
  const text = useText();
  const toggle = (change: Partial<LogSearch>) => onSearch({ ...search, ...change });
  return (
    <div className={styles.bar}>
      {props.before}
      <SearchBox
        placeholder={text.palette.open}
        label={text.logs.search}
        value={search.q}
        onChange={(q) => toggle({ q })}
        width={170}
        delay={250}
      />
      <Button
        kind="icon"
        size="small"
        label={text.logs.regex}
        pressed={search.regex}
        onPress={() => toggle({ regex: !search.regex })}
      >
        <Regex {...icon} />
      </Button>
      <Button
        kind="icon"
        size="small"
        label={text.logs.matchCase}
        pressed={search.matchCase}
        onPress={() => toggle({ matchCase: !search.matchCase })}
      >
        <CaseSensitive {...icon} />
      </Button>
      <Found found={found} at={props.at} search={search} onStep={props.onStep} />
      <span className={styles.right}>
        {live && <Follow frame={frame} />}
        {lines && (
          <Button
            kind="icon"
            size="small"
            label={text.logs.copySelection}
            onPress={() => void copyText(chosenText(store, lines))}
          >
            <Copy {...icon} />
          </Button>
        )}
        <Look />
        <Menu
          kind="icon"
          size="small"
          label={text.act.download}
          chevron={false}
          items={[
            { id: "all", label: text.logs.all, onAction: () => location.assign(rawAddress(log)) },
            ...(search.q === ""
              ? []
              : [
                  { id: "matches", label: text.logs.matches, onAction: () => location.assign(rawAddress(log, search)) },
                ]),
          ]}
        >
          <Download {...icon} />
        </Menu>
        {props.after}
      </span>
    </div>
  );
}
