import { useState } from "react";
import { TextField } from "../../../components/field";
import { FormDialog } from "../../../components/form-dialog";
import { ErrorNote } from "../../../components/notes";
import { useAct } from "../../../ipc/act";
import { reasonFor } from "../../../ipc/errors";
import { texts } from "../../../texts/apps";

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
  const add = async () => {
    const added = await run({ name: name.trim(), link_name: null });
    if (added) onAdded(added.link_name);
  };
  return (
    <FormDialog
      title={t.title}
      save={t.save}
      busy={busy}
      blocked={name.trim() === ""}
      onSave={() => void add()}
      onClose={onClose}
    >
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
    </FormDialog>
  );
}
