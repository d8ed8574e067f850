import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Address } from "../base/address";
import { useText } from "../text";
import { Phase } from "../ui/Phase";
import { Time } from "../ui/Time";
import type { Part } from "./crumbs";
import { Picker } from "./Picker";
import { MOST, readSiblings, type Sibling } from "./siblings";

export interface SiblingsProps {
  part: Part;
  address: Address;
  label: string;
  onDone: () => void;
}

const main = ({ phase, name }: Sibling) =>
  phase ? (
    <>
      <Phase phase={phase} bare /> {name}
    </>
  ) : (
    name
  );

const detail = ({ detail, at }: Sibling) =>
  at ? (
    <>
      {detail && `${detail} · `}
      <Time at={at} />
    </>
  ) : (
    detail
  );

/** What is beside a part of the breadcrumb, read when it is opened. */
export default function Siblings({ part, address, label, onDone }: SiblingsProps) {
  const text = useText();
  const [q, setQ] = useState("");
  // Of executions and versions there may be more than are shown: the server finds them.
  const many = part === "version" || (part === "name" && !("kind" in address));
  const { data, error } = useQuery({
    queryKey: ["siblings", part, address, q, text.nav.tasks],
    queryFn: ({ signal }) => readSiblings(part, address, q, text, signal),
    staleTime: 0,
    refetchOnMount: true,
    placeholderData: (before) => before,
  });
  const picks = (data ?? []).map((each) => ({
    ...each,
    id: each.href,
    text: many ? `${each.name} ${each.detail ?? ""}` : each.name,
    main: main(each),
    detail: detail(each),
  }));
  return (
    <Picker
      label={label}
      find={text.palette.open}
      picks={picks}
      most={MOST}
      none={error ? text.state.unread(label) : data ? text.palette.none : ""}
      onDone={onDone}
      onType={many ? setQ : undefined}
    />
  );
}
