import { useState } from "react";
import { ConfirmDialog } from "../../../components/dialog";
import { TextField } from "../../../components/field";
import { FormDialog } from "../../../components/form-dialog";
import { ErrorNote } from "../../../components/notes";
import { useAct } from "../../../ipc/act";
import { reasonFor } from "../../../ipc/errors";
import { useAsk } from "../../../ipc/ask";
import type { EnvironmentRow } from "../../../ipc/generated";
import { NAMED, named } from "../../../lib/apps";
import { texts } from "../../../texts/apps";

type EnvironmentDialogProps = {
  environment: EnvironmentRow;
  onDone: () => void;
  onClose: () => void;
};

/** Another shown name. The link name stays, since connectors name the environment by it. */
export function RenameEnvironment({ environment, onDone, onClose }: EnvironmentDialogProps) {
  const t = texts.renameEnvironment;
  const [name, setName] = useState(environment.name);
  const [left, setLeft] = useState(false);
  const { run, busy, error } = useAct("rename_environment");
  const empty = name.trim() === "";
  const rename = async () => {
    setLeft(true);
    if (empty) return;
    if (await run({ environment: environment.link_name, name: name.trim() })) onDone();
  };
  return (
    <FormDialog title={t.title} save={t.save} busy={busy} onSave={() => void rename()} onClose={onClose}>
      {error && !error.field && <ErrorNote error={error} />}
      <TextField
        label={t.name}
        value={name}
        onChange={setName}
        onBlur={() => setLeft(true)}
        hint={t.hint(environment.link_name)}
        problem={left && empty ? t.empty : error?.field ? reasonFor(error) : undefined}
        maxLength={50}
        autoFocus
      />
    </FormDialog>
  );
}

/** Says who is in the environment, and forgets it where nobody is. */
export function DeleteEnvironment({ environment, onDone, onClose }: EnvironmentDialogProps) {
  const t = texts.removeEnvironment;
  const { run, busy, error } = useAct("delete_environment");
  const inside = useAsk("list_connections", {
    statuses: [],
    connector: null,
    environment: environment.link_name,
    search: "",
    sort: "name",
    offset: 0,
    limit: NAMED,
  });
  const trouble = error ?? inside.error;
  if (inside.isPending) return null;
  const { rows, total } = inside.data ?? { rows: [], total: 0 };
  const names = rows.map((row) => row.name);
  return (
    <ConfirmDialog
      isOpen
      title={t.title(environment.name)}
      message={
        <>
          <p>{total > 0 ? t.used(named(names, total)) : t.unused}</p>
          {trouble && <ErrorNote error={trouble} />}
        </>
      }
      keep={t.keep}
      confirm={t.confirm}
      busy={busy}
      blocked={total > 0 || inside.error !== null}
      onClose={onClose}
      onConfirm={() => void run({ environment: environment.link_name }).then((done) => done && onDone())}
    />
  );
}
