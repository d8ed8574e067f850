import { useContext, useEffect, useRef, useState } from "react";
import { type Upload, upload } from "../../api/uploads";
import { useText } from "../../text";
import { bytes } from "../../text/format";
import { Button } from "../../ui/Button";
import { Fields } from "./context";
import type { Draft } from "./draft";
import styles from "./Inputs.module.css";
import { type InputProps, useControl } from "./ScalarInput";
import type { Shape } from "./shape";

interface Progress {
  name: string;
  sent: number;
  total: number;
}

/** A name under which nothing lies yet, so that no upload overwrites another. */
const folder = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(8)), (byte) => byte.toString(16).padStart(2, "0")).join("");

const relative = (file: File): string => file.webkitRelativePath || file.name;

/** Uploads files one after another; one gives its own address, several that of their folder. */
function useUploads(path: string[], many: boolean, onAddress: (uri: string) => void) {
  const { place, onUpload } = useContext(Fields);
  const [progress, setProgress] = useState<Progress | null>(null);
  const [failure, setFailure] = useState("");
  const current = useRef<Upload | null>(null);
  useEffect(() => () => current.current?.cancel(), []);
  const start = async (files: File[]) => {
    const total = files.reduce((sum, { size }) => sum + size, 0);
    const into = folder();
    let before = 0;
    let address = "";
    setFailure("");
    onUpload(path, true);
    try {
      for (const file of files) {
        const name = relative(file);
        setProgress({ name, sent: before, total });
        current.current = upload(file, place, `${into}/${name}`, (sent) =>
          setProgress({ name, sent: before + sent, total }),
        );
        const uri = await current.current.done;
        address = many ? uri.slice(0, uri.lastIndexOf(`/${into}/`) + into.length + 1) : uri;
        before += file.size;
      }
      onAddress(address);
    } catch (error) {
      if (!(error instanceof DOMException)) setFailure(error instanceof Error ? error.message : String(error));
    } finally {
      current.current = null;
      setProgress(null);
      onUpload(path, false);
    }
  };
  return { progress, failure, start, cancel: () => current.current?.cancel() };
}

function Uploading({ progress, onCancel }: { progress: Progress; onCancel: () => void }) {
  const { launch, act } = useText();
  const { name, sent, total } = progress;
  return (
    <span className={styles.row}>
      <span className={styles.chosenFile}>{name}</span>
      <progress className={styles.progress} max={total} value={sent} aria-label={name} />
      <span className={styles.note}>
        {sent >= total ? launch.input.uploadEnd : launch.input.uploaded(bytes(sent), bytes(total))}
      </span>
      <Button size="small" onPress={onCancel}>
        {act.cancel}
      </Button>
    </span>
  );
}

type Addressed = Extract<Shape, { kind: "blob" | "table" }>;

/** A file, a directory or a table: an address, or files of this computer that are uploaded. */
export function AddressInput({ shape, draft, onChange, path, label }: InputProps<Addressed>) {
  const text = useText().launch.input;
  const control = useControl(path, label);
  const chooser = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const many = shape.kind === "table" || shape.many;
  const given = draft.is === "text" ? draft : { is: "text" as const, text: "" };
  const set = (change: { text?: string; format?: string }) => {
    const next: Draft = { ...given, ...change };
    onChange(next.text === "" && !next.format ? { is: "unset" } : next);
  };
  const { progress, failure, start, cancel } = useUploads(path, many, (uri) => set({ text: uri }));
  const take = (files: FileList | null) => {
    const chosen = [...(files ?? [])];
    if (chosen.length > 0 && !progress) void start(many ? chosen : chosen.slice(0, 1));
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: what can be dropped here can be chosen with the button, too.
    <div
      className={styles.drop}
      data-over={over ? "" : undefined}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        take(event.dataTransfer.files);
      }}
    >
      <span className={styles.row}>
        <input
          {...control}
          type="text"
          data-mono=""
          value={given.text}
          placeholder="s3://my-s3-bucket/…"
          onChange={(event) => set({ text: event.target.value })}
        />
        <input
          ref={chooser}
          type="file"
          hidden
          multiple={many}
          aria-label={`${label}: ${many ? text.uploadMany : text.upload}`}
          onChange={(event) => {
            take(event.target.files);
            event.target.value = "";
          }}
        />
        <Button onPress={() => chooser.current?.click()}>{many ? text.uploadMany : text.upload}</Button>
      </span>
      {progress ? (
        <Uploading progress={progress} onCancel={cancel} />
      ) : (
        <span className={styles.note}>{many ? text.dropMany : text.drop}</span>
      )}
      {failure !== "" && <span className={styles.error}>{text.uploadFailed(failure)}</span>}
      {shape.kind === "table" && (
        <TableExtra shape={shape} format={given.format ?? ""} label={label} onFormat={(format) => set({ format })} />
      )}
    </div>
  );
}

interface TableExtraProps {
  shape: Extract<Shape, { kind: "table" }>;
  format: string;
  label: string;
  onFormat: (format: string) => void;
}

function TableExtra({ shape, format, label, onFormat }: TableExtraProps) {
  const text = useText().launch.input;
  const columns = shape.columns.map(({ name, type }) => `${name} ${type}`).join(", ");
  return (
    <>
      {columns !== "" && <span className={styles.note}>{text.columns(columns)}</span>}
      {shape.literal === "structuredDataset" && (
        <span className={styles.row}>
          <span className={styles.note}>{text.format}</span>
          <select
            className={styles.input}
            aria-label={`${label}: ${text.format}`}
            value={format || shape.format}
            onChange={(event) => onFormat(event.target.value)}
          >
            {[...new Set(["", shape.format, format, "parquet", "csv"])].map((each) => (
              <option key={each} value={each}>
                {each === "" ? "–" : each}
              </option>
            ))}
          </select>
        </span>
      )}
    </>
  );
}
