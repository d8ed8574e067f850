import { Component, type ReactNode, useEffect, useState } from "react";
import { texts, useText } from "../text";
import { Button } from "./Button";
import styles from "./States.module.css";

/** True once `waiting` has lasted for 400 ms: what is quick shows no sign of waiting. */
function useSlow(waiting: boolean): boolean {
  const [slow, setSlow] = useState(false);
  useEffect(() => {
    if (!waiting) {
      setSlow(false);
      return;
    }
    const timer = setTimeout(() => setSlow(true), 400);
    return () => clearTimeout(timer);
  }, [waiting]);
  return waiting && slow;
}

/** A line of 2 px while something is being read for longer than a moment. */
export function LoadingLine({ loading }: { loading: boolean }) {
  const text = useText();
  const slow = useSlow(loading);
  return (
    <div className={styles.lineSpace}>
      {slow && <div className={styles.line} role="progressbar" aria-label={text.state.loading} />}
    </div>
  );
}

export interface EmptyProps {
  /** One sentence. */
  children: ReactNode;
  /** Commands that teach, and a button. */
  next?: ReactNode;
}

/** What stands where there is nothing. */
export function Empty({ children, next }: EmptyProps) {
  return (
    <div className={styles.empty}>
      <p>{children}</p>
      {next && <div className={styles.next}>{next}</div>}
    </div>
  );
}

export interface ErrorStateProps {
  /** The sentence that says what could not be read. */
  title: string;
  error: unknown;
  onRetry?: (() => void) | undefined;
}

/** What stands where something could not be read: what, the server's own text, and a way to try again. */
export function ErrorState({ title, error, onRetry }: ErrorStateProps) {
  const text = useText();
  return (
    <div className={styles.error} role="alert">
      <p className={styles.errorTitle}>{title}</p>
      <p className={styles.errorText}>{error instanceof Error ? error.message : String(error)}</p>
      {onRetry && <Button onPress={onRetry}>{text.act.again}</Button>}
    </div>
  );
}

interface BoundaryProps {
  children: ReactNode;
  /** A change of it begins anew. */
  of?: string;
}

/** Keeps a part that breaks from taking the page with it. */
export class Boundary extends Component<BoundaryProps, { error: Error | null }> {
  override state: { error: Error | null } = { error: null };

  static getDerivedStateFromError(error: Error): { error: Error } {
    return { error };
  }

  override componentDidUpdate(before: BoundaryProps): void {
    if (before.of !== this.props.of && this.state.error) this.setState({ error: null });
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (!error) return this.props.children;
    return <ErrorState title={texts().state.broken} error={error} onRetry={() => this.setState({ error: null })} />;
  }
}
