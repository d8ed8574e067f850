import { useState } from "react";
import { useText } from "../text";
import { withoutEscapes } from "../text/format";
import styles from "./ErrorText.module.css";

/** Lines of a trace: those of the user's code, and runs of frames of installed packages. */
export type TraceBlock =
  | { kind: "lines"; lines: string[] }
  | { kind: "frames"; of: string; frames: number; lines: string[] };

const FRAME = /^\s*File "([^"]+)", line \d+/;
const PACKAGE = /(?:site|dist)-packages\/([^/]+)\//;
const STANDARD = /\/lib\/python[\d.]+\/([^/"]+)/;

function packageOf(line: string): string | null {
  const file = FRAME.exec(line)?.[1];
  if (!file) return null;
  return (PACKAGE.exec(file) ?? STANDARD.exec(file))?.[1] ?? null;
}

/** Splits an error: frames of packages are put together, so that those of the user stand out. */
export function traceBlocks(message: string): TraceBlock[] {
  const blocks: TraceBlock[] = [];
  let inside: string | null = null;
  for (const line of message.replace(/\n+$/, "").split("\n")) {
    if (FRAME.test(line)) inside = packageOf(line);
    else if (!/^\s{4,}\S/.test(line) && !/^\s*[~^]+\s*$/.test(line)) inside = null;
    const last = blocks.at(-1);
    if (inside === null) {
      if (last?.kind === "lines") last.lines.push(line);
      else blocks.push({ kind: "lines", lines: [line] });
      continue;
    }
    const starts = FRAME.test(line) ? 1 : 0;
    if (last?.kind === "frames" && (last.of === inside || starts === 0)) {
      last.lines.push(line);
      last.frames += starts;
    } else blocks.push({ kind: "frames", of: inside, frames: starts, lines: [line] });
  }
  return blocks;
}

function Frames({ block }: { block: Extract<TraceBlock, { kind: "frames" }> }) {
  const text = useText();
  const [open, setOpen] = useState(false);
  return (
    <>
      <button type="button" className={styles.fold} aria-expanded={open} onClick={() => setOpen(!open)}>
        {open ? "▾" : "▸"} {text.execution.error.frames(block.frames, block.of)}
      </button>
      {open && <span className={styles.frames}>{block.lines.join("\n")}</span>}
    </>
  );
}

function Line({ line }: { line: string }) {
  const place = /^(\s*File )("[^"]+", line \d+)(.*)$/.exec(line);
  return place ? (
    <span>
      {place[1]}
      <b>{place[2]}</b>
      {place[3]}
      {"\n"}
    </span>
  ) : (
    <span>
      {line}
      {"\n"}
    </span>
  );
}

const FIRST = 40;

/** The message of an error: wrapped, frames of packages folded, at most 40 lines until all are asked for. */
export function ErrorText({ message: given }: { message: string }) {
  const text = useText();
  const message = withoutEscapes(given);
  const [all, setAll] = useState(false);
  const lines = message.split("\n");
  const cut = !all && lines.length > FIRST;
  const shown = cut ? lines.slice(-FIRST).join("\n") : message;
  return (
    <div className={styles.error}>
      {cut && (
        <button type="button" className={styles.fold} onClick={() => setAll(true)}>
          {text.act.showAll}
        </button>
      )}
      <pre className={styles.text}>
        {traceBlocks(shown).map((block, index) =>
          block.kind === "frames" ? (
            // biome-ignore lint/suspicious/noArrayIndexKey: blocks of one text keep their order
            <Frames key={index} block={block} />
          ) : (
            // biome-ignore lint/suspicious/noArrayIndexKey: as above
            block.lines.map((line, at) => <Line key={`${index}-${at}`} line={line} />)
          ),
        )}
      </pre>
    </div>
  );
}
