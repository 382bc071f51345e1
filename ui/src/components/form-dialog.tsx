import type { ReactNode } from "react";
import { Heading } from "react-aria-components";
import { texts as common } from "../texts/common";
import { Button } from "./button";
import { Dialog } from "./dialog";

type FormDialogProps = {
  title: string;
  /** The verb of the button that sends the form. */
  save: string;
  busy: boolean;
  blocked?: boolean;
  /** Stands at the other end of the buttons. */
  aside?: ReactNode;
  onSave: () => void;
  onClose: () => void;
  children: ReactNode;
};

/** A few fields over the page, sent by Enter or by their button. */
export function FormDialog({
  title,
  save,
  busy,
  blocked,
  aside,
  onSave,
  onClose,
  children,
}: FormDialogProps) {
  return (
    <Dialog isOpen onClose={onClose} size="sm">
      <form
        className="dialog__form"
        onSubmit={(event) => {
          event.preventDefault();
          onSave();
        }}
        noValidate
      >
        <div className="dialog__ask">
          <Heading slot="title" level={1}>
            {title}
          </Heading>
          {children}
        </div>
        <footer className="dialog__foot">
          {aside}
          <Button className="push" onPress={onClose}>
            {common.cancel}
          </Button>
          <Button kind="primary" type="submit" busy={busy} isDisabled={blocked}>
            {save}
          </Button>
        </footer>
      </form>
    </Dialog>
  );
}
