import { useMemo, useState } from "react";
import type { AttemptStats } from "../../api/usage";
import { bytes, duration } from "../../text/format";
import { type UsageText, useUsageText } from "../../text/usage";
import styles from "./Curve.module.css";
import { usedCpu } from "./curves";
import type { Curve, Layer, Token } from "./draw";
import { type Column, Figure, Foot, SampleTable } from "./Figure";
import { cumulated, type StackLayer, stackOf } from "./stack";

const COLORS: Token[] = [
  "--run-fill",
  "--ok-fill",
  "--wait-fill",
  "--abort-fill",
  "--ansi-cyan",
  "--bad-fill",
  "--accent",
  "--idle-fill",
];

export interface Capacity {
  memory: number | null;
  cpu: number | null;
}

export interface RunCurvesProps {
  attempts: AttemptStats[];
  machine: Capacity;
  nameOf: (node: string) => string;
}

const colorAt = (index: number): Token => COLORS[index % COLORS.length] ?? "--accent";

/** Layers from the top one down, so that each covers what is below it but its own part. */
function drawn(layers: StackLayer[]): Layer[] {
  return cumulated(layers)
    .map((values, index): Layer => ({ values, color: colorAt(index), fill: 100 }))
    .reverse();
}

interface Shown {
  stack: NonNullable<ReturnType<typeof stackOf>>;
  curve: Curve;
  most: number;
  /** What the machine has, in words. */
  total: string | null;
}

/** Below this share of the machine its line would press the curves to the ground: then only words tell of it. */
const NEAR = 0.2;

function shownOf(props: RunCurvesProps, of: "memory_bytes" | "cpu_millis", text: UsageText): Shown | null {
  const stack = stackOf(props.attempts, of);
  if (!stack) return null;
  const write = of === "memory_bytes" ? bytes : usedCpu;
  const total = of === "memory_bytes" ? props.machine.memory : props.machine.cpu;
  const layers = drawn(stack.layers);
  const most = Math.max(0, ...(layers[0]?.values ?? []));
  const near = total !== null && most >= total * NEAR;
  return {
    stack,
    most,
    total: total === null ? null : write(total),
    curve: {
      unit: of === "memory_bytes" ? "bytes" : "cpu",
      write,
      t: stack.t,
      layers,
      levels: near ? [{ at: total, label: text.machine(write(total)), kind: "limit" }] : [],
      point: null,
    },
  };
}

function Legend({ layers, nameOf }: { layers: StackLayer[]; nameOf: (node: string) => string }) {
  const text = useUsageText();
  if (layers.length < 2) return null;
  return (
    <ul className={styles.legend}>
      {layers.map(({ node }, index) => (
        <li key={node} className={styles.key}>
          <span className={styles.swatch} style={{ background: `var(${colorAt(index)})` }} />
          {node === "" ? text.others : nameOf(node)}
        </li>
      ))}
    </ul>
  );
}

/** What all attempts of a run used together, a layer for each node, against what the machine has. */
export default function RunCurves(props: RunCurvesProps) {
  const text = useUsageText();
  const [at, setAt] = useState<number | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: these decide what is drawn
  const [memory, load] = useMemo(
    () => [shownOf(props, "memory_bytes", text), shownOf(props, "cpu_millis", text)],
    [props.attempts, props.machine.memory, props.machine.cpu, text],
  );
  if (!memory || !load) return null;
  const { t } = memory.stack;
  const d = duration(t.at(-1) ?? 0);
  const name = (node: string) => (node === "" ? text.others : props.nameOf(node));
  const time = at === null ? undefined : t[at];
  const sum = (of: Shown) => of.curve.layers[0]?.values[at ?? 0] ?? 0;
  const readout =
    time === undefined
      ? null
      : text.at(duration(time), `${bytes(Math.round(sum(memory)))} · ${usedCpu(sum(load))} cpu`);
  const columns: Column[] = [
    { head: text.memory, values: memory.curve.layers[0]?.values ?? [], write: bytes },
    { head: text.cpu, values: load.curve.layers[0]?.values ?? [], write: usedCpu },
    ...(memory.stack.layers.length > 1
      ? memory.stack.layers.map(({ node, values }) => ({ head: name(node), values, write: bytes }))
      : []),
  ];
  return (
    <>
      <Figure
        title={text.memory}
        sentence={text.said.stackedMemory(bytes(Math.round(memory.most)), memory.total, d)}
        curve={memory.curve}
        sync="run"
        height={200}
        onHover={setAt}
      >
        <Legend layers={memory.stack.layers} nameOf={name} />
      </Figure>
      <Figure
        title={text.cpu}
        sentence={text.said.stackedCpu(usedCpu(load.most), load.total, d)}
        curve={load.curve}
        sync="run"
        height={160}
        onHover={setAt}
      />
      <Foot readout={readout}>
        <SampleTable label={text.asTable} t={t} columns={columns} />
      </Foot>
    </>
  );
}
