import type { ReactNode } from "react";
import { Dialog as Content, DialogTrigger } from "react-aria-components/Dialog";
import { Modal, ModalOverlay } from "react-aria-components/Modal";
import { Popover as Floating } from "react-aria-components/Popover";
import styles from "./Popover.module.css";

export interface PopoverProps {
  /** The button that opens it. */
  trigger: ReactNode;
  label: string;
  children: (close: () => void) => ReactNode;
  placement?: "bottom start" | "bottom end";
  /** Open from the first. */
  open?: boolean;
}

/** Something that floats at a button. */
export function Popover({ trigger, label, children, placement = "bottom start", open = false }: PopoverProps) {
  return (
    <DialogTrigger defaultOpen={open}>
      {trigger}
      <Floating className={styles.floating ?? ""} placement={placement} offset={4}>
        <Content className={styles.content ?? ""} aria-label={label}>
          {({ close }) => children(close)}
        </Content>
      </Floating>
    </DialogTrigger>
  );
}

export interface DialogProps {
  open: boolean;
  onClose: () => void;
  label: string;
  children: ReactNode;
  /** A sheet covers the left edge on narrow windows, a top dialog hangs below the head, a drawer stands at the right. */
  kind?: "center" | "top" | "sheet" | "drawer";
}

/** A dialog over the page. Escape and a press outside close it. */
export function Dialog({ open, onClose, label, children, kind = "center" }: DialogProps) {
  return (
    <ModalOverlay
      className={styles.overlay ?? ""}
      data-kind={kind}
      isOpen={open}
      isDismissable
      onOpenChange={(now) => {
        if (!now) onClose();
      }}
    >
      <Modal className={styles.modal ?? ""} data-kind={kind}>
        <Content className={styles.dialog ?? ""} aria-label={label}>
          {children}
        </Content>
      </Modal>
    </ModalOverlay>
  );
}
