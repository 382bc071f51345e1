import { useState } from "react";
import { ConfirmDialog } from "../../components/dialog";
import { TextField } from "../../components/field";
import { ErrorNote } from "../../components/notes";
import { useAct } from "../../ipc/act";
import { texts } from "../../texts/vault";

const t = texts.startAgain;

/** The last way, when no key opens the vault any more. */
export function StartAgainDialog({ onClose }: { onClose: () => void }) {
  const [typed, setTyped] = useState("");
  const { run, busy, error } = useAct("start_vault_again");
  const start = async () => {
    if (await run({ confirmation: typed })) onClose();
  };
  return (
    <ConfirmDialog
      isOpen
      title={t.title}
      message={t.message}
      keep={t.keep}
      confirm={t.confirm}
      busy={busy}
      blocked={typed !== t.words}
      onConfirm={() => void start()}
      onClose={onClose}
    >
      <TextField label={t.label} value={typed} onChange={setTyped} autoFocus />
      {error && <ErrorNote error={error} />}
    </ConfirmDialog>
  );
}
