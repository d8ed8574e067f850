import { Copy } from "lucide-react";
import { eachLine, type LogName, type LogSearch, longLine, rawAddress } from "../../api/logs";
import { useText } from "../../text";
import { Button } from "../../ui/Button";
import { copyText } from "../../ui/clipboard";
import { bareText } from "./ansi";
import styles from "./Logs.module.css";
import { Follow, Look } from "./Scroller";
import { lastState } from "./store";
import { Downloads, SearchTools, StderrOnly } from "./Tools";
import type { Frame } from "./use-frame";
import type { SearchState } from "./use-search";

export interface LogBarProps {
  log: LogName;
  search: LogSearch;
  onSearch: (search: LogSearch) => void;
  found: SearchState;
  at: number;
  of: number;
  onStep: (by: number) => void;
  frame: Frame;
  live: boolean;
  lines: [number, number] | null;
  before?: React.ReactNode;
  after?: React.ReactNode;
}

/** Lines `from`..`to` (from 1) as the log has them, those that are not in view too, and long ones whole. */
async function chosenText(log: LogName, [from, to]: [number, number]): Promise<string> {
  const out: (string | Promise<string>)[] = [];
  await eachLine(log, from - 1, to, ({ from: first, text, cut }) => {
    const long = new Set(cut.map(([index]) => index));
    text.forEach((line, index) => {
      out.push(long.has(index) ? longLine(log, first + index) : line);
    });
  });
  return (await Promise.all(out)).map((line) => bareText(lastState(line.replace(/\n$/, "")))).join("\n");
}

/** The bar above a log: search, what is shown, follow, download. */
export function LogBar(props: LogBarProps) {
  const { log, search, onSearch, found, frame, live, lines } = props;
  const text = useText();
  const { stderrOnly = false } = search;
  const wanted = search.q === "" ? { ...search, q: ".+", regex: true } : search;
  return (
    <div className={styles.bar}>
      {props.before}
      <SearchTools
        search={search}
        onSearch={onSearch}
        error={found.error}
        at={props.at}
        of={props.of}
        running={found.running}
        onStep={props.onStep}
      />
      <span className={styles.right}>
        {live && <Follow frame={frame} />}
        {lines && (
          <Button
            kind="icon"
            size="small"
            label={text.logs.copySelection}
            onPress={() => void chosenText(log, lines).then(copyText)}
          >
            <Copy size={16} strokeWidth={1.75} />
          </Button>
        )}
        <StderrOnly on={stderrOnly} onChange={(on) => onSearch({ ...search, stderrOnly: on })} />
        <Look />
        <Downloads
          all={() => location.assign(rawAddress(log))}
          matches={search.q === "" && !stderrOnly ? null : () => location.assign(rawAddress(log, wanted))}
        />
        {props.after}
      </span>
    </div>
  );
}
