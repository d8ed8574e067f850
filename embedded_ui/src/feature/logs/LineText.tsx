import { Fragment, memo } from "react";
import { type Piece, pieces, readable } from "./ansi";
import styles from "./Logs.module.css";

/** From where to where in the bare text something is marked. */
export type Mark = [start: number, end: number];

function classOf(piece: Piece): string {
  return [
    piece.color ? styles[piece.color] : "",
    piece.background ? styles.background : "",
    piece.bold ? styles.bold : "",
    piece.dim ? styles.dim : "",
    piece.italic ? styles.italic : "",
    piece.underline ? styles.underline : "",
  ]
    .filter(Boolean)
    .join(" ");
}

/** The text of a piece with its marks. */
function Marked({ text, from, marks }: { text: string; from: number; marks: Mark[] }) {
  const out: React.ReactNode[] = [];
  let at = 0;
  for (const [start, end] of marks) {
    const a = Math.max(0, start - from);
    const b = Math.min(text.length, end - from);
    if (b <= at || a >= text.length || b <= a) continue;
    out.push(<Fragment key={`t${at}`}>{text.slice(at, a)}</Fragment>);
    out.push(<mark key={`m${a}`}>{text.slice(a, b)}</mark>);
    at = b;
  }
  out.push(<Fragment key={`t${at}`}>{text.slice(at)}</Fragment>);
  return <>{out}</>;
}

/** A line with its colours and marks. Only ever text: nothing in a log becomes markup. */
export const LineText = memo(function LineText({ text, marks }: { text: string; marks: Mark[] }) {
  const dark = document.documentElement.dataset["theme"] === "dark";
  let from = 0;
  return (
    <>
      {pieces(text).map((piece, index) => {
        const start = from;
        from += piece.text.length;
        const content = marks.length > 0 ? <Marked text={piece.text} from={start} marks={marks} /> : piece.text;
        const className = classOf(piece);
        if (className === "" && !piece.rgb) return <Fragment key={`${start}`}>{content}</Fragment>;
        return (
          <span
            // biome-ignore lint/suspicious/noArrayIndexKey: pieces of one line keep their order
            key={index}
            className={className}
            style={piece.rgb ? { color: readable(piece.rgb, dark) } : undefined}
          >
            {content}
          </span>
        );
      })}
    </>
  );
});
