import { useState } from "react";
import { setSignal } from "../../../api/launch";
import type { LiteralTypeJson, RunNode } from "../../../api/types";
import type { RunName } from "../../../base/kinds";
import { Fields, fieldId } from "../../../feature/literal/context";
import { emptyDraft } from "../../../feature/literal/draft";
import inputs from "../../../feature/literal/Inputs.module.css";
import { readLiteral } from "../../../feature/literal/parse";
import { ProblemLine } from "../../../feature/literal/ScalarInput";
import { shapeOf, typeName } from "../../../feature/literal/shape";
import { ValueInput } from "../../../feature/literal/ValueInput";
import { useReachable } from "../../../live/use-live";
import { useText } from "../../../text";
import { Button } from "../../../ui/Button";
import { hasEnded } from "../../../ui/phases";
import { toastFailure } from "../../../ui/toast";
import { useHere } from "../../../ui/use-here";
import styles from "./Panel.module.css";

/** Whether a node waits for an answer of a person. */
export const isWaitingGate = ({ gate, phase }: RunNode): boolean =>
  gate?.signal_id !== undefined && phase !== "NOT_STARTED" && !hasEnded(phase);

interface GateProps {
  run: RunName;
  node: RunNode;
}

function useAnswer(run: RunName, node: RunNode) {
  const begin = useHere();
  const [sending, setSending] = useState(false);
  const [failure, setFailure] = useState("");
  const answer = async (value: Parameters<typeof setSignal>[2]) => {
    if (sending) return;
    const here = begin();
    setSending(true);
    setFailure("");
    try {
      await setSignal(run, node.gate?.signal_id ?? "", value);
    } catch (error) {
      if (here()) setFailure(error instanceof Error ? error.message : String(error));
      else toastFailure(node.display || node.id, error);
    } finally {
      setSending(false);
    }
  };
  return { sending, failure, answer };
}

function Approval({ run, node }: GateProps) {
  const text = useText();
  const reachable = useReachable();
  const { sending, failure, answer } = useAnswer(run, node);
  const off = reachable ? sending : text.banner.away_reason;
  const decide = (boolean: boolean) => void answer({ scalar: { primitive: { boolean } } });
  return (
    <>
      <p>{text.launch.gate.approve(node.display || node.id)}</p>
      <span className={inputs.row}>
        <Button kind="primary" disabled={off} onPress={() => decide(true)}>
          {text.act.approve}
        </Button>
        <Button disabled={off} onPress={() => decide(false)}>
          {text.act.reject}
        </Button>
      </span>
      {failure !== "" && <span className={inputs.error}>{failure}</span>}
    </>
  );
}

function Signal({ run, node }: GateProps) {
  const text = useText();
  const { gate } = text.launch;
  const reachable = useReachable();
  const { sending, failure, answer } = useAnswer(run, node);
  const shape = shapeOf(node.gate?.type as LiteralTypeJson | undefined);
  const [draft, setDraft] = useState(() => emptyDraft(shape));
  const [shown, setShown] = useState(false);
  const path = [node.id];
  const { problems } = readLiteral(shape, draft, path, { now: Date.now() });
  const send = () => {
    const { value } = readLiteral(shape, draft, path, { now: Date.now() });
    setShown(true);
    if (value) void answer(value);
    else document.getElementById(fieldId(path))?.focus();
  };
  return (
    <Fields value={{ place: run, problems: shown ? problems : [], onLeave: () => {}, onUpload: () => {} }}>
      <p>{gate.value(node.display || node.id)}</p>
      <div className={inputs.field}>
        <label className={inputs.label} htmlFor={fieldId(path)}>
          {gate.input} <span className={inputs.type}>({typeName(shape)})</span>
        </label>
        <ValueInput shape={shape} draft={draft} onChange={setDraft} path={path} label={gate.input} />
        <ProblemLine path={path} label={gate.input} />
      </div>
      <span className={inputs.row}>
        <Button kind="primary" disabled={reachable ? sending : text.banner.away_reason} onPress={send}>
          {text.act.resume}
        </Button>
      </span>
      {failure !== "" && <span className={inputs.error}>{failure}</span>}
    </Fields>
  );
}

/** What a gate asks, and the answer to it. */
export function Gate({ run, node }: GateProps) {
  const text = useText();
  return (
    <form className={styles.gate} aria-label={text.launch.gate.title} onSubmit={(event) => event.preventDefault()}>
      <h3>{text.launch.gate.title}</h3>
      {node.gate?.gate === "approve" ? <Approval run={run} node={node} /> : <Signal run={run} node={node} />}
    </form>
  );
}
