import { type KeyboardEvent, type MouseEvent, useEffect, useMemo, useState } from "react";
import { Autocomplete, useFilter } from "react-aria-components/Autocomplete";
import { Header } from "react-aria-components/Header";
import { Input } from "react-aria-components/Input";
import { Menu, MenuItem, MenuSection } from "react-aria-components/Menu";
import { SearchField } from "react-aria-components/SearchField";
import { useFound } from "../api/platform";
import { type Address, href } from "../base/address";
import type { Place } from "../base/kinds";
import { setPreferences } from "../base/preferences";
import { go } from "../base/query";
import { groupTitle, loadText, type Text, useText } from "../text";
import { copyText } from "../ui/clipboard";
import { Dialog } from "../ui/Popover";
import { direct } from "./direct";
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

/** The buttons of the page's head, as the page has them now. */
function buttons(names: string[], of: string): Entry[] {
  const all = [...document.querySelectorAll<HTMLElement>("main button:not([aria-disabled])")];
  return names.flatMap((title) => {
    const found = all.find(({ textContent }) => textContent === title);
    return found ? [{ id: title, title, detail: of, act: () => found.click() }] : [];
  });
}

function actions(text: Text, address: Address): Entry[] {
  const language = (to: "en" | "ko") => () => {
    setPreferences({ language: to });
    void loadText();
  };
  const { theme, act } = text;
  return [
    ...(address.page === "execution"
      ? [
          { id: "relaunch", title: act.relaunch, detail: address.name, href: href.relaunch(address) },
          ...buttons([act.recover, act.terminate, act.copyAs], address.name),
        ]
      : []),
    ...(address.page === "entity" || address.page === "version"
      ? [{ id: "launch", title: act.launch, detail: address.name, href: href.launch(address) }]
      : []),
    { id: "link", title: act.copyLink, act: () => void copyText(location.href) },
    { id: "light", title: `${theme.label}: ${theme.light}`, act: () => setPreferences({ theme: "light" }) },
    { id: "dark", title: `${theme.label}: ${theme.dark}`, act: () => setPreferences({ theme: "dark" }) },
    { id: "system", title: `${theme.label}: ${theme.system}`, act: () => setPreferences({ theme: "system" }) },
    { id: "en", title: `${text.language.label}: ${text.language.en}`, act: language("en") },
    { id: "ko", title: `${text.language.label}: ${text.language.ko}`, act: language("ko") },
  ];
}

const PREFIXES: Record<string, string> = { ">": "act", ":": "executions", "@": "pods" };

/** The text that is searched on the server: 120 ms after the last key. */
function useSettled(q: string): string {
  const [settled, setSettled] = useState("");
  useEffect(() => {
    const timer = setTimeout(() => setSettled(q), 120);
    return () => clearTimeout(timer);
  }, [q]);
  return settled;
}

/** What the server found, in the groups of its answer. */
function useFoundGroups(text: Text, typed: string, place: Place | null): Group[] {
  const q = useSettled(typed);
  const { data } = useFound(q, place, 8);
  return useMemo(() => {
    if (q === "" || !data) return [];
    return data.map(({ id, hits }) => ({
      id,
      title: groupTitle(text, id),
      entries: hits.map((hit) => ({ ...hit, id: `${id} ${hit.href}` })),
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
  const only = PREFIXES[typed[0] ?? ""];
  const q = (only ? typed.slice(1) : typed).trim();
  const found = useFoundGroups(text, only === "act" ? "" : q, place);
  const groups = useMemo<Group[]>(() => {
    const named = (entries: Entry[]) => entries.filter(({ title }) => contains(title, q));
    const all = q === "" ? [] : [{ id: "all", title: text.palette.all(q), href: href.search(q) }];
    const to = only && only !== "executions" ? null : direct(q, place);
    const straight = to && found.every(({ entries }) => entries.every((entry) => entry.href !== to)) ? [to] : [];
    return [
      { id: "direct", title: text.act.open, entries: straight.map((to) => ({ id: to, title: q, href: to })) },
      ...found.filter(({ id }) => !only || only === id),
      { id: "go", title: text.palette.goTo, entries: only ? [] : named([...goTo(text, place), ...all]) },
      { id: "act", title: text.palette.actions, entries: !only || only === "act" ? named(actions(text, address)) : [] },
    ].filter(({ entries }) => entries.length > 0);
  }, [q, only, text, place, address, found, contains]);
  const all = new Map(groups.flatMap(({ entries }) => entries).map((entry) => [entry.id, entry]));
  const openBeside = (event: KeyboardEvent<HTMLElement> | MouseEvent<HTMLElement>) => {
    const typed = "key" in event;
    if (!(event.ctrlKey || event.metaKey) || (typed && event.key !== "Enter")) return;
    const pressed = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-key]") : null;
    const item = typed ? event.currentTarget.querySelector<HTMLElement>("[data-key][data-focused]") : pressed;
    const { href: to } = all.get(item?.dataset["key"] ?? "") ?? {};
    if (!to) return;
    event.preventDefault();
    event.stopPropagation();
    open(to, "_blank");
  };
  return (
    <Dialog open onClose={onClose} label={text.palette.label} kind="top">
      {/* Ctrl Enter and Ctrl click open beside, and the palette stays. */}
      <div onKeyDownCapture={openBeside} onClickCapture={openBeside}>
        <Autocomplete inputValue={typed} onInputChange={setTyped}>
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
              // What the page's own buttons open would close with the palette.
              else if (entry?.act) setTimeout(entry.act, 50);
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
      </div>
    </Dialog>
  );
}
