import "./xyflow.css";
import { type Edge, MiniMap, type Node, ReactFlow, ReactFlowProvider } from "@xyflow/react";
import { type KeyboardEvent, type ReactNode, useCallback, useMemo, useRef, useState } from "react";
import { useKeys } from "../../base/use-keys";
import { useText } from "../../text";
import { useGraphText } from "../../text/graph";
import { phaseLook } from "../../ui/phases";
import { Empty } from "../../ui/States";
import { useNarrow } from "../../ui/width";
import { BoxNode, DotNode, GroupNode } from "./Box";
import styles from "./Graph.module.css";
import { Line } from "./Line";
import type { Layout } from "./layout";
import { type BoxLook, type Looks, LooksContext } from "./looks";
import { buildModel, type GraphBox, type GraphModel, type GraphNode } from "./model";
import { Toolbar } from "./Toolbar";
import { type Laid, useLayout } from "./use-layout";
import { useView } from "./use-view";
import { predecessors, step, stops } from "./walk";

export interface GraphProps {
  nodes: readonly GraphNode[];
  boxOf: Looks["boxOf"];
  lineOf: Looks["lineOf"];
  /** The node that is shown beside the graph. */
  selected?: string | null;
  /** What a box without an address of its own does. */
  onOpen?: (box: GraphBox) => void;
  /** Stands above the graph at the right: the way to its alternative. */
  aside?: ReactNode;
}

const NODE_TYPES = { box: BoxNode, frame: GroupNode, dot: DotNode };
const EDGE_TYPES = { line: Line };
const DOTS = new Set(["start", "end", "fork"]);
const MAP_FROM = 40;
const AFTER_MOST = 3;

const typeOf = (box: GraphBox): string => (DOTS.has(box.kind) ? "dot" : box.open ? "frame" : "box");

function depthOf(model: GraphModel): Map<string, number> {
  const out = new Map<string, number>();
  for (const { id, parent } of model.boxes) out.set(id, parent === "" ? 0 : (out.get(parent) ?? 0) + 1);
  return out;
}

/** Groups lie below lines, lines below boxes. */
function flowNodes(model: GraphModel, layout: Layout): Node[] {
  const depths = depthOf(model);
  return model.boxes.flatMap((box) => {
    const place = layout.places.get(box.id);
    if (!place) return [];
    const { x, y, width, height } = place;
    const zIndex = box.open ? (depths.get(box.id) ?? 0) : 200;
    return [{ id: box.id, type: typeOf(box), position: { x, y }, width, height, zIndex, data: { box } }];
  });
}

function flowEdges(model: GraphModel, layout: Layout): Edge[] {
  return model.lines.flatMap((line) => {
    const points = layout.lines.get(line.id);
    if (!points) return [];
    return [
      {
        id: line.id,
        source: line.from,
        target: line.to,
        type: "line",
        zIndex: 100,
        data: { line, points, condition: layout.conditions.get(line.id) ?? null },
        domAttributes: { "aria-hidden": true },
      },
    ];
  });
}

/** The name of a box: "train, failed, after prepare". */
function useNames(model: GraphModel): (box: GraphBox, look: BoxLook) => string {
  const text = useText();
  const words = useGraphText();
  return useCallback(
    (box, look) => {
      const byId = new Map(model.boxes.map((each) => [each.id, each]));
      const names = predecessors(model, box.id).flatMap((id) => byId.get(id)?.name || []);
      const shown = names.slice(0, AFTER_MOST);
      const after = shown.length === 0 ? "" : words.after(shown, names.length - shown.length);
      const phase = look.phase === undefined ? "" : text.phase[phaseLook(look.phase).word].toLowerCase();
      const times = look.times ?? (box.kind === "stack" ? box.nodes.length : 1);
      if (box.kind === "rest") return words.rest(box.nodes.length);
      return words.box(times > 1 ? words.many(box.name, times) : box.name, phase, after);
    },
    [model, text, words],
  );
}

interface ShownProps extends GraphProps {
  laid: Laid;
  choose: (box: GraphBox) => void;
  all: { opened: boolean; set: (open: boolean) => void } | null;
}

function Shown({ laid, choose, all, boxOf, lineOf, selected = null, onOpen, aside }: ShownProps) {
  const words = useGraphText();
  const { model, layout, direction } = laid;
  const frame = useRef<HTMLDivElement>(null);
  const view = useView(frame, layout, direction);
  const nameOf = useNames(model);
  const [focus, setFocus] = useState<string | null>(null);
  const order = useMemo(() => stops(model), [model]);
  const chosen = model.boxes.find(({ nodes }) => selected !== null && nodes.includes(selected))?.id;
  const stop = [focus, chosen].find((id) => id && order.includes(id)) ?? order[0] ?? null;

  const goTo = (id: string) => {
    setFocus(id);
    view.reveal(id);
    frame.current?.querySelector<HTMLElement>(`[data-box="${CSS.escape(id)}"]`)?.focus({ preventScroll: true });
  };
  // A group that opens or closes becomes another element: it keeps the focus.
  const refocus = useRef<string | null>(null);
  const toggle = (box: GraphBox) => {
    refocus.current = box.id;
    setFocus(box.id);
    choose(box);
  };
  const takeFocus = useCallback((id: string) => {
    if (refocus.current !== id) return false;
    refocus.current = null;
    return true;
  }, []);
  const onKey = (event: KeyboardEvent, box: GraphBox) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    if (event.key === " " && box.kind === "group") toggle(box);
    else if (event.key === "Home" && order[0]) goTo(order[0]);
    else if (event.key === "End" && order.at(-1)) goTo(order.at(-1) ?? "");
    else {
      const next = step(model, layout.places, box.id, event.key, direction);
      if (next === null) return;
      goTo(next);
    }
    event.preventDefault();
    event.stopPropagation();
  };
  useKeys("f", () => view.fit());

  const nodes = useMemo(() => flowNodes(model, layout), [model, layout]);
  const edges = useMemo(() => flowEdges(model, layout), [model, layout]);
  const boxes = useMemo(() => new Map(model.boxes.map((box) => [box.id, box])), [model]);
  const looks: Looks = {
    boxOf,
    lineOf,
    boxes,
    nameOf,
    direction,
    selected,
    stop,
    onFocus: setFocus,
    takeFocus,
    onKey,
    onOpen: (box) => onOpen?.(box),
    onToggle: toggle,
  };
  return (
    <div className={styles.graph}>
      <Toolbar view={view} all={all} aside={aside} />
      {/* biome-ignore lint/a11y/useSemanticElements: a group of boxes, no set of fields */}
      <div ref={frame} role="group" aria-label={words.label} className={styles.frame} style={{ height: view.height }}>
        <LooksContext.Provider value={looks}>
          <ReactFlow
            aria-label={words.hint}
            nodes={nodes}
            edges={edges}
            nodeTypes={NODE_TYPES}
            edgeTypes={EDGE_TYPES}
            minZoom={0.1}
            maxZoom={1.5}
            nodesDraggable={false}
            nodesConnectable={false}
            nodesFocusable={false}
            edgesFocusable={false}
            elementsSelectable={false}
            disableKeyboardA11y
            deleteKeyCode={null}
            zoomOnScroll={false}
            zoomOnDoubleClick={false}
            preventScrolling={false}
            proOptions={{ hideAttribution: true }}
            onMoveStart={(event) => event && view.touch()}
          >
            {order.length >= MAP_FROM && direction === "right" && (
              <MiniMap
                ariaLabel={words.overview}
                className={styles.map ?? ""}
                nodeClassName={(node) => (node.type === "frame" ? (styles.mapGroup ?? "") : (styles.mapBox ?? ""))}
                pannable
              />
            )}
          </ReactFlow>
        </LooksContext.Provider>
      </div>
    </div>
  );
}

/** Boxes and lines: what comes after what. */
export default function Graph(props: GraphProps) {
  const words = useGraphText();
  const narrow = useNarrow();
  const [chosen, setChosen] = useState<ReadonlyMap<string, boolean>>(new Map());
  const model = useMemo(() => buildModel(props.nodes, chosen), [props.nodes, chosen]);
  const laid = useLayout(model, narrow ? "down" : "right");
  const groups = model.boxes.filter(({ kind }) => kind === "group");
  const choose = (box: GraphBox) => setChosen((now) => new Map(now).set(box.id, !box.open));
  const opened = groups.some(({ open }) => open);
  const every = () => new Set(props.nodes.map(({ parent }) => parent).filter((parent) => parent !== ""));
  const setAll = (open: boolean) => setChosen(open ? new Map() : new Map([...every()].map((id) => [id, false])));
  if (props.nodes.length === 0) return <Empty>{words.none}</Empty>;
  return (
    <ReactFlowProvider>
      {laid ? (
        <Shown {...props} laid={laid} choose={choose} all={groups.length > 0 ? { opened, set: setAll } : null} />
      ) : (
        <div className={styles.waiting} />
      )}
    </ReactFlowProvider>
  );
}
