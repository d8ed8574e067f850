import type { ReactNode } from "react";
import { Button as Behaviour } from "react-aria-components/Button";
import { Link as LinkBehaviour } from "react-aria-components/Link";
import { Tooltip, TooltipTrigger } from "react-aria-components/Tooltip";
import styles from "./Button.module.css";

export interface ButtonProps {
  children: ReactNode;
  onPress?: () => void;
  href?: string;
  kind?: "plain" | "primary" | "danger" | "quiet" | "icon";
  size?: "small" | "normal";
  /** The name of an icon button; other buttons show it as a tooltip. */
  label?: string;
  /** Why it cannot be pressed now; the tooltip tells it. */
  disabled?: string | boolean | undefined;
  pressed?: boolean | undefined;
  type?: "button" | "submit";
  className?: string | undefined;
}

/** A button, or a link that looks like one. */
export function Button(props: ButtonProps) {
  const { children, onPress, href, kind = "plain", size = "normal", label, disabled, pressed, type } = props;
  const off = disabled !== undefined && disabled !== false;
  const common = {
    className: `${styles.button} ${props.className ?? ""}`,
    "data-kind": kind,
    "data-size": size,
    ...(label && kind === "icon" ? { "aria-label": label } : {}),
  };
  const control =
    href !== undefined && !off ? (
      <LinkBehaviour {...common} href={href}>
        {children}
      </LinkBehaviour>
    ) : (
      <Behaviour
        {...common}
        {...(off ? { "data-off": "", "aria-disabled": "true" as const } : {})}
        {...(onPress && !off ? { onPress } : {})}
        {...(type && !off ? { type } : {})}
        {...(pressed === undefined ? {} : { "aria-pressed": pressed })}
      >
        {children}
      </Behaviour>
    );
  const tip = typeof disabled === "string" ? disabled : label;
  if (!tip) return control;
  return (
    <TooltipTrigger delay={500} closeDelay={0}>
      {control}
      <Tooltip className={styles.tip ?? ""} offset={6}>
        {tip}
      </Tooltip>
    </TooltipTrigger>
  );
}
