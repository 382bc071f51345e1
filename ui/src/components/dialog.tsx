import { X } from "lucide-react";
import type { ReactNode } from "react";
import { Dialog as AriaDialog, Heading, Modal, ModalOverlay } from "react-aria-components";
import { texts } from "../texts/common";
import { Button, IconButton } from "./button";

type DialogProps = {
  isOpen: boolean;
  onClose: () => void;
  /** Esc and × ask first: return false to stay. */
  mayClose?: () => boolean;
  size?: "sm" | "md" | "lg";
  role?: "dialog" | "alertdialog";
  label?: string;
  children: ReactNode;
};

/** A layer over the page. It keeps the focus inside and gives it back. */
export function Dialog({
  isOpen,
  onClose,
  mayClose,
  size = "md",
  role = "dialog",
  label,
  children,
}: DialogProps) {
  return (
    <ModalOverlay
      className="scrim"
      isOpen={isOpen}
      onOpenChange={(open) => {
        if (!open && (mayClose?.() ?? true)) onClose();
      }}
    >
      <Modal className={`modal modal--${size}`}>
        <AriaDialog className="dialog" role={role} aria-label={label}>
          {children}
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
}

type DialogHeadProps = {
  title: string;
  subtitle?: string;
  before?: ReactNode;
  children?: ReactNode;
  onClose: () => void;
};

export function DialogHead({ title, subtitle, before, children, onClose }: DialogHeadProps) {
  return (
    <header className="dialog__head">
      {before}
      <div className="grow">
        <Heading slot="title" level={1}>
          {title}
        </Heading>
        {subtitle && <p className="hint">{subtitle}</p>}
      </div>
      {children}
      <IconButton icon={X} label={texts.close} onPress={onClose} tip={false} size="sm" />
    </header>
  );
}

type ConfirmProps = {
  isOpen: boolean;
  title: string;
  /** What goes with it, and that it cannot be undone. */
  message: ReactNode;
  children?: ReactNode;
  /** The verb of what will happen. */
  confirm: string;
  /** Says what the safe button keeps. */
  keep: string;
  busy?: boolean;
  blocked?: boolean;
  onConfirm: () => void;
  onClose: () => void;
};

export function ConfirmDialog(props: ConfirmProps) {
  return (
    <Dialog isOpen={props.isOpen} onClose={props.onClose} size="sm" role="alertdialog">
      <div className="dialog__ask">
        <Heading slot="title" level={1}>
          {props.title}
        </Heading>
        <div className="t2">{props.message}</div>
        {props.children}
      </div>
      <footer className="dialog__foot">
        <Button className="push" onPress={props.onClose} autoFocus={!props.children}>
          {props.keep}
        </Button>
        <Button kind="danger-solid" busy={props.busy} isDisabled={props.blocked} onPress={props.onConfirm}>
          {props.confirm}
        </Button>
      </footer>
    </Dialog>
  );
}
