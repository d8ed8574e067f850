import type { MouseEvent, ReactNode } from "react";
import { go } from "../base/query";

export interface LinkProps {
  href: string;
  children: ReactNode;
  className?: string | undefined;
  title?: string | undefined;
  label?: string | undefined;
  current?: boolean | undefined;
  tabIndex?: number | undefined;
  /** Its text is a name that somebody gave, the same in every language. */
  named?: boolean | undefined;
}

/** A link to a page of ours: a plain click changes the page, every other click is the browser's. */
export function Link({ href, children, className, title, label, current, tabIndex, named }: LinkProps) {
  const onClick = (event: MouseEvent) => {
    if (event.defaultPrevented || event.button !== 0) return;
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    go(href);
  };
  return (
    <a
      href={href}
      onClick={onClick}
      className={className}
      title={title}
      aria-label={label}
      aria-current={current ? "page" : undefined}
      tabIndex={tabIndex}
      translate={named ? "no" : undefined}
    >
      {children}
    </a>
  );
}

/** An address from outside as a link when its scheme is harmless, else as text. */
export function OuterLink({ href, children }: { href: string; children?: ReactNode }) {
  if (!/^(https?|s3|flyte):/i.test(href)) return <span>{children ?? href}</span>;
  return (
    <a href={href} target="_blank" rel="noopener noreferrer">
      {children ?? href}
    </a>
  );
}
