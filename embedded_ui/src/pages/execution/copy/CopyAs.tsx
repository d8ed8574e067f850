import { useState } from "react";
import type { Run } from "../../../api/types";
import type { RunName } from "../../../base/kinds";
import { useText } from "../../../text";
import { copyText } from "../../../ui/clipboard";
import { later } from "../../../ui/later";
import { Menu } from "../../../ui/Menu";
import type { CopyKind } from "./CopyDialog";

const CopyDialog = later(() => import("./CopyDialog"));
const KINDS: CopyKind[] = ["pyflyte", "flytectl", "python", "curl", "reproduce"];

/** The execution as a command, a script, a request, or the very container. */
export function CopyAs({ run, data }: { run: RunName; data: Run }) {
  const text = useText();
  const [kind, setKind] = useState<CopyKind | null>(null);
  const words = text.execution.copyKinds;
  return (
    <>
      <Menu
        label={text.act.copyAs}
        items={[
          ...KINDS.map((id) => ({ id, label: words[id], onAction: () => setKind(id) })),
          { id: "link", label: words.link, onAction: () => void copyText(location.href) },
        ]}
      >
        {text.act.copyAs}
      </Menu>
      {kind && <CopyDialog run={run} data={data} kind={kind} onClose={() => setKind(null)} />}
    </>
  );
}
