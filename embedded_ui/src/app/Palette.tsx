import { useEffect, useMemo, useState } from "react";
import { Autocomplete, useFilter } from "react-aria-components/Autocomplete";
import { Header } from "react-aria-components/Header";
import { Input } from "react-aria-components/Input";
import { Menu, MenuItem, MenuSection } from "react-aria-components/Menu";
import { SearchField } from "react-aria-components/SearchField";
import { useSearch } from "../api/platform";
import { type Address, href } from "../base/address";
import type { Place } from "../base/kinds";
import { setPreferences } from "../base/preferences";
import { go } from "../base/query";
import { loadText, type Text, useText } from "../text";
import { copyText } from "../ui/clipboard";
import { Dialog } from "../ui/Popover";
import styles from "./Palette.module.css";

interface Entry {
  id: string;
  title: string;
  detail?: string;
  href?: string;
  act?: () => void;
}

interface Group {
  id: string;
  title: string;
  entries: Entry[];
}

function goTo(text: Text, place: Place | null): Entry[] {
  const { nav } = text;
  const here = place
    ? [
        { id: "executions", title: nav.executions, href: href.executions(place) },
        { id: "workflows", title: nav.workflows, href: href.entities(place, "workflow") },
        { id: "tasks", title: nav.tasks, href: href.entities(place, "task") },
        { id: "plans", title: nav.launchPlans, href: href.entities(place, "launch_plan") },
      ].map((entry) => ({ ...entry, detail: text.place.pair(place.project, place.domain) }))
    : [];
  return [
    ...here,
    { id: "home", title: nav.home, href: href.home() },
    { id: "projects", title: text.place.title, href: href.projects() },
    { id: "pods", title: nav.pods, href: href.pods() },
    { id: "images", title: nav.images, href: href.machine("images") },
    { id: "objects", title: nav.objects, href: href.machine("objects") },
    { id: "schedules", title: nav.schedules, href: href.machine("schedules") },
    { id: "secrets", title: nav.secrets, href: href.machine("secrets") },
    { id: "settings", title: nav.settings, href: href.machine("settings") },
    { id: "keys", title: text.keys.title, href: href.machine("keys") },
  ];
}

function actions(text: Text, address: Address): Entry[] {
  const language = (to: "en" | "ko") => () => {
    setPreferences({ language: to });
    void loadText();
  };
  const { theme } = text;
  return [
    ...(address.page === "execution"
      ? [{ id: "relaunch", title: text.act.relaunch, href: href.relaunch(address) }]
      : []),
    ...(address.page === "entity" ? [{ id: "launch", title: text.act.launch, href: href.launch(address) }] : []),
    { id: "link", title: text.act.copyLink, act: () => void copyText(location.href) },
    { id: "light", title: `${theme.label}: ${theme.light}`, act: () => setPreferences({ theme: "light" }) },
    { id: "dark", title: `${theme.label}: ${theme.dark}`, act: () => setPreferences({ theme: "dark" }) },
    { id: "system", title: `${theme.label}: ${theme.system}`, act: () => setPreferences({ theme: "system" }) },
    { id: "en", title: `${text.language.label}: ${text.language.en}`, act: language("en") },
    { id: "ko", title: `${text.language.label}: ${text.language.ko}`, act: language("ko") },
  ];
}

/** What a pasted id or address leads to at once. */
function direct(text: Text, typed: string, place: Place | null): Entry[] {
  const id = typed.replace(/^:\s*/, "").trim();
  if (!place || !/^[a-z][a-z0-9]{7,}$/.test(id)) return [];
  return [{ id: `x-${id}`, title: id, detail: text.nav.executions, href: href.execution({ ...place, name: id }) }];
}

/** The text that is searched on the server: 120 ms after the last key, not for actions. */
function useSettled(typed: string): string {
  const [settled, setSettled] = useState("");
  useEffect(() => {
    const wanted = typed.startsWith(">") ? "" : typed.replace(/^[:@]\s*/, "").trim();
    const timer = setTimeout(() => setSettled(wanted), 120);
    return () => clearTimeout(timer);
  }, [typed]);
  return settled;
}

/** What the server found, in the groups of its answer. */
function useFound(text: Text, typed: string, place: Place | null): Group[] {
  const q = useSettled(typed);
  const { data } = useSearch(q, place);
  return useMemo(() => {
    if (q === "" || !data) return [];
    return Object.entries(data.groups).map(([id, hits]) => ({
      id,
      title: text.palette.groups[id] ?? id,
      entries: hits.map((hit) => ({ id: `${id} ${hit.href}`, title: hit.title, detail: hit.detail, href: hit.href })),
    }));
  }, [q, data, text]);
}

/** The palette: go anywhere, do what the page can do. */
export default function Palette({
  address,
  place,
  onClose,
}: {
  address: Address;
  place: Place | null;
  onClose: () => void;
}) {
  const text = useText();
  const [typed, setTyped] = useState("");
  const { contains } = useFilter({ sensitivity: "base" });
  const found = useFound(text, typed, place);
  const groups = useMemo<Group[]>(() => {
    const only = typed.startsWith(">");
    return [
      { id: "direct", title: text.nav.executions, entries: direct(text, typed, place) },
      ...(only ? [] : found),
      { id: "go", title: text.palette.goTo, entries: only ? [] : goTo(text, place) },
      { id: "act", title: text.palette.actions, entries: actions(text, address) },
    ].filter(({ entries }) => entries.length > 0);
  }, [typed, text, place, address, found]);
  const all = new Map(groups.flatMap(({ entries }) => entries).map((entry) => [entry.id, entry]));
  const filter = (value: string, input: string) => contains(value, input.replace(/^[>:@]\s*/, ""));
  return (
    <Dialog open onClose={onClose} label={text.palette.label} kind="top">
      <Autocomplete filter={filter} inputValue={typed} onInputChange={setTyped}>
        <SearchField aria-label={text.palette.label} autoFocus className={styles.field ?? ""}>
          <Input className={styles.input ?? ""} placeholder={text.palette.placeholder} />
        </SearchField>
        <Menu
          className={styles.menu ?? ""}
          aria-label={text.palette.label}
          renderEmptyState={() => <div className={styles.none}>{text.palette.none}</div>}
          onAction={(key) => {
            const entry = all.get(String(key));
            onClose();
            if (entry?.href) go(entry.href);
            else entry?.act?.();
          }}
        >
          {groups.map((group) => (
            <MenuSection key={group.id} id={group.id}>
              <Header className={styles.group ?? ""}>{group.title}</Header>
              {group.entries.map((entry) => (
                <MenuItem key={entry.id} id={entry.id} textValue={entry.title} className={styles.item ?? ""}>
                  <span className={styles.itemTitle}>{entry.title}</span>
                  {entry.detail && <span className={styles.itemDetail}>{entry.detail}</span>}
                </MenuItem>
              ))}
            </MenuSection>
          ))}
        </Menu>
      </Autocomplete>
    </Dialog>
  );
}
