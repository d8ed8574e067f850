import { Download, X } from "lucide-react";
import { useState } from "react";
import { contentUrl, removeObject, useObjectHead } from "../../api/objects";
import { href } from "../../base/address";
import { go } from "../../base/query";
import Preview from "../../feature/preview/Preview";
import { useReachable } from "../../live/use-live";
import { bytes } from "../../text/format";
import { useStoredText as useText } from "../../text/stored";
import { Button } from "../../ui/Button";
import { Copy } from "../../ui/Copy";
import { Field } from "../../ui/Field";
import { Link } from "../../ui/Link";
import { Popover } from "../../ui/Popover";
import { Time } from "../../ui/Time";
import styles from "./Objects.module.css";
import { folderOf, isProtected, nameOf } from "./place";

/** Deletes an object once its name was typed. */
function Delete({ uri, close }: { uri: string; close: () => void }) {
  const text = useText();
  const reachable = useReachable();
  const [typed, setTyped] = useState("");
  const [failure, setFailure] = useState("");
  const name = nameOf(uri);
  const remove = async () => {
    try {
      await removeObject(uri);
      close();
      go(href.objects(folderOf(uri)));
    } catch (error) {
      setFailure(error instanceof Error ? error.message : String(error));
    }
  };
  return (
    <form
      className={styles.delete}
      onSubmit={(event) => {
        event.preventDefault();
        if (typed === name) void remove();
      }}
    >
      <h3>{text.stored.objects.deleteTitle(name)}</h3>
      <p>{text.stored.objects.deleteHint(name)}</p>
      <Field label={text.stored.objects.deleteName} value={typed} onChange={setTyped} />
      {failure !== "" && (
        <p className={styles.failure} role="alert">
          {failure}
        </p>
      )}
      <span className={styles.buttons}>
        <Button kind="danger" type="submit" disabled={reachable ? typed !== name : text.banner.away_reason}>
          {text.stored.objects.deleteNow}
        </Button>
        <Button onPress={close}>{text.act.cancel}</Button>
      </span>
    </form>
  );
}

/** An object beside its folder: what it is, what can be done with it, what it holds. */
export function Beside({ uri }: { uri: string }) {
  const text = useText();
  const { data: head } = useObjectHead(uri);
  const name = nameOf(uri);
  const writer = head?.written_by;
  return (
    <aside className={styles.beside} aria-label={text.stored.preview.label(name)}>
      <div className={styles.besideHead}>
        <h2 title={name}>{name}</h2>
        <Button kind="icon" label={text.stored.preview.close} href={href.objects(folderOf(uri))}>
          <X size={16} strokeWidth={1.75} />
        </Button>
      </div>
      {head && (
        <p className={styles.muted}>
          {bytes(head.size)} · <Time at={head.modified_at} />
          {writer && (
            <>
              {" · "}
              {text.stored.objects.writer}{" "}
              <Link
                href={href.execution(
                  { project: writer.project, domain: writer.domain, name: writer.execution },
                  { node: writer.node },
                )}
              >
                {writer.node ? `${writer.execution}/${writer.node}` : writer.execution}
              </Link>
            </>
          )}
        </p>
      )}
      <div className={styles.buttons}>
        <Button size="small" onPress={() => location.assign(contentUrl(uri, true))}>
          <Download size={14} strokeWidth={1.75} aria-hidden /> {text.act.download}
        </Button>
        <Copy text={uri} what={text.stored.objects.copyUri} />
        {isProtected(uri) ? (
          <Button size="small" disabled={text.stored.objects.protectedHint}>
            {text.stored.objects.delete}
          </Button>
        ) : (
          <Popover
            label={text.stored.objects.deleteTitle(name)}
            trigger={<Button size="small">{text.stored.objects.delete}</Button>}
          >
            {(close) => <Delete uri={uri} close={close} />}
          </Popover>
        )}
      </div>
      <Preview uri={uri} />
    </aside>
  );
}
