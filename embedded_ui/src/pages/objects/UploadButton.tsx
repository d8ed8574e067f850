import { Upload as UploadIcon } from "lucide-react";
import { useRef, useState } from "react";
import { forgetObjects } from "../../api/objects";
import { upload } from "../../api/uploads";
import { href } from "../../base/address";
import { lastPlace } from "../../base/last-place";
import { go } from "../../base/query";
import { useReachable } from "../../live/use-live";
import { bytes } from "../../text/format";
import { useStoredText as useText } from "../../text/stored";
import { Button } from "../../ui/Button";
import { toast, toastFailure } from "../../ui/toast";
import { useHere } from "../../ui/use-here";
import styles from "./Objects.module.css";
import { freshFolder } from "./place";

const USUAL = { project: "flytesnacks", domain: "development" };

/**
 * Uploads a file to a new folder of the project that was looked at last, and shows it there. It goes on when the reader
 * goes to another page.
 */
export function UploadButton() {
  const text = useText();
  const reachable = useReachable();
  const chooser = useRef<HTMLInputElement>(null);
  const begin = useHere();
  const [said, setSaid] = useState("");
  const place = lastPlace() ?? USUAL;
  const send = async (file: File) => {
    const here = begin();
    const tell = (sent: number) => setSaid(text.stored.objects.uploading(file.name, bytes(sent), bytes(file.size)));
    try {
      tell(0);
      const uri = await upload(file, place, `${freshFolder()}/${file.name}`, tell).done;
      await forgetObjects(uri);
      const done = text.stored.objects.uploaded(file.name);
      setSaid(here() ? done : "");
      if (here()) go(href.objects(uri));
      else toast(done, { href: href.objects(uri) });
    } catch (error) {
      setSaid(here() ? (error instanceof Error ? error.message : String(error)) : "");
      if (!here()) toastFailure(file.name, error);
    }
  };
  return (
    <>
      <span className={said === "" ? "visually-hidden" : styles.muted} role="status">
        {said}
      </span>
      <input
        ref={chooser}
        type="file"
        hidden
        aria-label={text.stored.objects.upload}
        onChange={({ target }) => {
          const [file] = target.files ?? [];
          if (file) void send(file);
          target.value = "";
        }}
      />
      <Button
        label={text.stored.objects.uploadTo(`${place.project}/${place.domain}`)}
        disabled={reachable ? false : text.banner.away_reason}
        onPress={() => chooser.current?.click()}
      >
        <UploadIcon size={14} strokeWidth={1.75} aria-hidden /> {text.stored.objects.upload}
      </Button>
    </>
  );
}
