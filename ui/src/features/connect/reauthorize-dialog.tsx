import { useAsk } from "../../ipc/ask";
import { Dialog, DialogHead } from "../../components/dialog";
import { ErrorNote } from "../../components/notes";
import { texts } from "../../texts/connect";
import { ConnectDialog } from "./connect-dialog";

/** The same dialog for a connection that stands: its values are typed again. */
export function ReauthorizeDialog({
  connection,
  newVersion,
  onClose,
}: {
  connection: string;
  newVersion: boolean;
  onClose: () => void;
}) {
  const view = useAsk("show_connection", { connection });
  if (view.data) return <ConnectDialog existing={view.data} newVersion={newVersion} onClose={onClose} />;
  if (!view.error) return null;
  return (
    <Dialog isOpen onClose={onClose} size="sm">
      <DialogHead title={texts.add} onClose={onClose} />
      <div className="dialog__body">
        <ErrorNote error={view.error} />
      </div>
    </Dialog>
  );
}
