import { CaseSensitive, Download, Regex } from "lucide-react";
import type { LogSearch } from "../../api/logs";
import { useText } from "../../text";
import { Button } from "../../ui/Button";
import { SearchBox } from "../../ui/Field";
import { Menu } from "../../ui/Menu";
import styles from "./Logs.module.css";
import { Matches, type MatchesProps } from "./Scroller";

const icon = { size: 16, strokeWidth: 1.75 };

export interface SearchToolsProps extends MatchesProps {
  search: LogSearch;
  onSearch: (search: LogSearch) => void;
  error: string | null;
}

/** The search of a log: its text, how it is meant, and the way from match to match. */
export function SearchTools({ search, onSearch, error, ...matches }: SearchToolsProps) {
  const text = useText();
  const toggles = [
    ["regex", text.logs.regex, Regex],
    ["matchCase", text.logs.matchCase, CaseSensitive],
  ] as const;
  return (
    <>
      <SearchBox
        placeholder={text.palette.open}
        label={text.logs.search}
        value={search.q}
        onChange={(q) => onSearch({ ...search, q })}
        width={170}
        delay={250}
      />
      {toggles.map(([of, label, Icon]) => (
        <Button
          key={of}
          kind="icon"
          size="small"
          label={label}
          pressed={search[of]}
          onPress={() => onSearch({ ...search, [of]: !search[of] })}
        >
          <Icon {...icon} />
        </Button>
      ))}
      {search.q === "" ? null : error ? (
        <span className={styles.bad}>{search.regex ? text.logs.bad : error}</span>
      ) : (
        <Matches {...matches} />
      )}
    </>
  );
}

/** Only lines of standard error. */
export function StderrOnly({ on, onChange }: { on: boolean; onChange: (on: boolean) => void }) {
  const { logs } = useText();
  return (
    <Button size="small" kind="quiet" label={logs.stderrOnly} pressed={on} onPress={() => onChange(!on)}>
      stderr
    </Button>
  );
}

/** The whole log as a file, or only what was found. */
export function Downloads({ all, matches }: { all: () => void; matches: (() => void) | null }) {
  const text = useText();
  return (
    <Menu
      kind="icon"
      size="small"
      label={text.act.download}
      chevron={false}
      items={[
        { id: "all", label: text.logs.all, onAction: all },
        ...(matches ? [{ id: "matches", label: text.logs.matches, onAction: matches }] : []),
      ]}
    >
      <Download {...icon} />
    </Menu>
  );
}
