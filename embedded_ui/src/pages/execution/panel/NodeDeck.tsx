import { useState } from "react";
import { deckUrl, useDeckVersion } from "../../../api/objects";
import type { RunNode } from "../../../api/types";
import type { RunName } from "../../../base/kinds";
import { useStoredText as useText } from "../../../text/stored";
import { Frame } from "../../../ui/Frame";
import { Empty, LoadingLine } from "../../../ui/States";

/** The deck of a node, loaded again when it was written again. */
export default function NodeDeck({ run, node }: { run: RunName; node: RunNode & { rev?: number } }) {
  const text = useText();
  const [again, setAgain] = useState(0);
  const { data: version, error, isPending } = useDeckVersion(run, node.id, node.rev ?? 0);
  if (isPending) return <LoadingLine loading />;
  if (error) return <Empty>{text.stored.deck.none}</Empty>;
  return (
    <Frame
      key={again}
      src={deckUrl(run, node.id, version)}
      title={text.stored.deck.title(node.display || node.id)}
      onRefresh={() => setAgain(again + 1)}
    />
  );
}
