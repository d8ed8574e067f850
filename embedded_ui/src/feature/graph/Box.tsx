import { Handle, type NodeProps, Position } from "@xyflow/react";
import { ChevronRight } from "lucide-react";
import { type KeyboardEvent, type MouseEvent, type ReactNode, type RefObject, useLayoutEffect, useRef } from "react";
import { go } from "../../base/query";
import { useText } from "../../text";
import { useGraphText } from "../../text/graph";
import { Phase } from "../../ui/Phase";
import { PhaseCounts } from "../../ui/PhaseCounts";
import { phaseLook } from "../../ui/phases";
import styles from "./Box.module.css";
import { type BoxLook, useLooks } from "./looks";
import type { GraphBox } from "./model";

const boxIn = (props: NodeProps): GraphBox => (props.data as { box: GraphBox }).box;

/** Where lines begin and end; the lines themselves know their points. */
function Ends() {
  const right = useLooks().direction === "right";
  return (
    <>
      <Handle
        type="target"
        position={right ? Position.Left : Position.Top}
        isConnectable={false}
        className={styles.end ?? ""}
      />
      <Handle
        type="source"
        position={right ? Position.Right : Position.Bottom}
        isConnectable={false}
        className={styles.end ?? ""}
      />
    </>
  );
}

interface FrameProps {
  box: GraphBox;
  look: BoxLook;
  className: string | undefined;
  children: ReactNode;
}

/** What has the focus and opens: a link where it leads to a page, else a button. */
function Frame({ box, look, className, children }: FrameProps) {
  const looks = useLooks();
  const { phase, href, title, faint } = look;
  const element = useRef<HTMLElement>(null);
  const { takeFocus } = looks;
  useLayoutEffect(() => {
    if (takeFocus(box.id)) element.current?.focus({ preventScroll: true });
  }, [takeFocus, box.id]);
  const common = {
    className: `${className} nopan`,
    title,
    "aria-label": looks.nameOf(box, look),
    "data-box": box.id,
    "data-group": phase === undefined ? undefined : phaseLook(phase).group,
    "data-idle": phase === "NOT_STARTED" || faint ? "" : undefined,
    "data-faint": faint ? "" : undefined,
    "data-selected": looks.selected !== null && box.nodes.includes(looks.selected) ? "" : undefined,
    tabIndex: looks.stop === box.id ? 0 : -1,
    onFocus: () => looks.onFocus(box.id),
    onKeyDown: (event: KeyboardEvent) => looks.onKey(event, box),
  };
  if (href === undefined)
    return (
      <button
        type="button"
        ref={element as RefObject<HTMLButtonElement | null>}
        {...common}
        {...(box.kind === "group" ? { "aria-expanded": box.open } : {})}
        onClick={() => looks.onOpen(box)}
      >
        {children}
      </button>
    );
  const follow = (event: MouseEvent) => {
    if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    go(href);
  };
  return (
    <a ref={element as RefObject<HTMLAnchorElement | null>} {...common} href={href} onClick={follow}>
      {children}
    </a>
  );
}

function Name({ box, look }: { box: GraphBox; look: BoxLook }) {
  const words = useGraphText();
  const times = look.times ?? (box.kind === "stack" ? box.nodes.length : 1);
  return (
    <span className={styles.name}>
      {look.phase !== undefined && <Phase phase={look.phase} bare />}
      <span className={styles.nameText}>{box.kind === "rest" ? words.rest(box.nodes.length) : box.name}</span>
      {times > 1 && box.kind !== "rest" && <span className={styles.times}>{words.times(times)}</span>}
    </span>
  );
}

function Toggle({ box }: { box: GraphBox }) {
  const looks = useLooks();
  const words = useGraphText();
  return (
    <button
      type="button"
      tabIndex={-1}
      className={`${styles.toggle} nopan`}
      data-open={box.open ? "" : undefined}
      aria-label={box.open ? words.close(box.name) : words.open(box.name)}
      onClick={() => looks.onToggle(box)}
    >
      <ChevronRight size={14} strokeWidth={1.75} aria-hidden />
    </button>
  );
}

/** A node, a stack of nodes, or a closed group. */
export function BoxNode(props: NodeProps) {
  const looks = useLooks();
  const box = boxIn(props);
  const look = looks.boxOf(box);
  const stacked = box.kind === "stack" || box.kind === "rest" || (look.times ?? 1) > 1;
  return (
    <div className={styles.place} data-stacked={stacked ? "" : undefined}>
      <Frame box={box} look={look} className={styles.box}>
        <Name box={box} look={look} />
        <span className={styles.detail}>
          {look.counts && <PhaseCounts counts={look.counts} />}
          <span className={styles.detailText}>{look.detail}</span>
        </span>
      </Frame>
      {box.kind === "group" && <Toggle box={box} />}
      <Ends />
    </div>
  );
}

/** An open group: its head, and the frame around what it has inside. */
export function GroupNode(props: NodeProps) {
  const looks = useLooks();
  const box = boxIn(props);
  const look = looks.boxOf(box);
  return (
    <div
      className={styles.group}
      data-group={look.phase === undefined ? undefined : phaseLook(look.phase).group}
      data-idle={look.phase === "NOT_STARTED" || look.faint ? "" : undefined}
    >
      <Frame box={box} look={look} className={styles.head}>
        <Name box={box} look={look} />
        <span className={styles.detailText}>{look.detail}</span>
      </Frame>
      <Toggle box={box} />
      <Ends />
    </div>
  );
}

/** The start, the end, or where a branch divides. */
export function DotNode(props: NodeProps) {
  const box = boxIn(props);
  const text = useText();
  const words = useGraphText();
  const title = box.kind === "start" ? words.start : box.kind === "end" ? words.end : text.nodeKind["branch"];
  return (
    <div className={styles.dot} data-kind={box.kind} title={title}>
      <Ends />
    </div>
  );
}
