import { useState } from "react";
import { ConfirmDialog } from "../../components/dialog";
import { TextField } from "../../components/field";
import { FormDialog } from "../../components/form-dialog";
import { ErrorNote } from "../../components/notes";
import { useAct } from "../../ipc/act";
import type { ConnectionRow, Deleted } from "../../ipc/generated";
import { sayDeleted } from "../../lib/say-deleted";
import { texts } from "../../texts/connections";

type Target = Pick<ConnectionRow, "id" | "name" | "link_name">;

/** Asks for a new name. The link name stays. */
export function RenameDialog({ target, onClose }: { target: Target; onClose: () => void }) {
  const [name, setName] = useState(target.name);
  const [left, setLeft] = useState(false);
  const { run, busy, error } = useAct("rename_connection");
  const empty = name.trim() === "";
  const save = async () => {
    setLeft(true);
    if (!empty && (await run({ connection: target.id, name: name.trim() }))) onClose();
  };
  return (
    <FormDialog
      title={texts.rename.title}
      save={texts.rename.save}
      busy={busy}
      onSave={() => void save()}
      onClose={onClose}
    >
      <TextField
        label={texts.rename.label}
        value={name}
        onChange={setName}
        onBlur={() => setLeft(true)}
        autoFocus
        hint={texts.rename.hint(target.link_name)}
        problem={left && empty ? texts.rename.empty : error?.message}
      />
    </FormDialog>
  );
}

/** Asks before connections are forgotten. */
export function DeleteDialog({
  targets,
  onClose,
  onDone,
}: {
  targets: readonly Target[];
  onClose: () => void;
  onDone?: () => void;
}) {
  const { run, busy, error } = useAct("delete_connection");
  const [first] = targets;
  if (!first) return null;
  const remove = async () => {
    const each: Deleted[] = [];
    for (const { id } of targets) {
      const deleted = await run({ connection: id });
      if (!deleted) return;
      each.push(deleted);
    }
    sayDeleted(texts.deleted(targets.length, first.name), each);
    onClose();
    onDone?.();
  };
  return (
    <ConfirmDialog
      isOpen
      title={texts.delete.title(targets.length, first.name)}
      message={texts.delete.message(targets.length)}
      keep={texts.delete.keep(targets.length)}
      confirm={texts.delete.confirm(targets.length)}
      busy={busy}
      onConfirm={() => void remove()}
      onClose={onClose}
    >
      {error ? <ErrorNote error={error} /> : undefined}
    </ConfirmDialog>
  );
}
