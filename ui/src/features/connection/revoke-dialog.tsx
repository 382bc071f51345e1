import { ConfirmDialog } from "../../components/dialog";
import { ErrorNote } from "../../components/notes";
import { say } from "../../components/toast";
import { useAct } from "../../ipc/act";
import type { ConnectionView } from "../../ipc/generated";
import { texts } from "../../texts/connection";

const t = texts.revoke;

/** Asks before the service is told to end the authorization: that cannot be undone. */
export function RevokeDialog({ view, onClose }: { view: ConnectionView; onClose: () => void }) {
  const { run, busy, error } = useAct("revoke_connection");
  const { row } = view;
  return (
    <ConfirmDialog
      isOpen
      title={t.title(row.name)}
      message={t.message(row.connector.name)}
      keep={t.keep}
      confirm={t.confirm}
      busy={busy}
      onClose={onClose}
      onConfirm={async () => {
        if (!(await run({ connection: row.id }))) return;
        say({ title: t.done(row.name) });
        onClose();
      }}
    >
      {error && <ErrorNote error={error} />}
    </ConfirmDialog>
  );
}
