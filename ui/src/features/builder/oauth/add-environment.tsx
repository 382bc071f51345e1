import { type FormEvent, useState } from "react";
import { Heading } from "react-aria-components";
import { Button } from "../../../components/button";
import { Dialog } from "../../../components/dialog";
import { TextField } from "../../../components/field";
import { ErrorNote } from "../../../components/notes";
import { useAct } from "../../../ipc/act";
import { reasonFor } from "../../../ipc/errors";
import { texts } from "../../../texts/apps";
import { texts as common } from "../../../texts/common";

const t = texts.newEnvironment;

/** A new environment, by its name. */
export function AddEnvironment({
  onAdded,
  onClose,
}: {
  onAdded: (linkName: string) => void;
  onClose: () => void;
}) {
  const [name, setName] = useState("");
  const { run, busy, error } = useAct("add_environment");
  const add = async (event: FormEvent) => {
    event.preventDefault();
    const added = await run({ name: name.trim(), link_name: null });
    if (added) onAdded(added.link_name);
  };
  return (
    <Dialog isOpen onClose={onClose} size="sm">
      <form className="dialog__form" onSubmit={(event) => void add(event)} noValidate>
        <div className="dialog__ask">
          <Heading slot="title" level={1}>
            {t.title}
          </Heading>
          <p className="t2">{t.lead}</p>
          {error && !error.field && <ErrorNote error={error} />}
          <TextField
            label={t.name}
            value={name}
            onChange={setName}
            placeholder={t.placeholder}
            problem={error?.field ? reasonFor(error) : undefined}
            maxLength={50}
            autoFocus
          />
        </div>
        <footer className="dialog__foot">
          <Button className="push" onPress={onClose}>
            {common.cancel}
          </Button>
          <Button kind="primary" type="submit" busy={busy} isDisabled={name.trim() === ""}>
            {t.save}
          </Button>
        </footer>
      </form>
    </Dialog>
  );
}
