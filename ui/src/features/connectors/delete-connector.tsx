import { useState } from "react";
import { ConfirmDialog } from "../../components/dialog";
import { TextField } from "../../components/field";
import { ErrorNote } from "../../components/notes";
import { useAct } from "../../ipc/act";
import { useAsk } from "../../ipc/ask";
import { sayDeleted } from "../../lib/say-deleted";
import { texts } from "../../texts/connectors";

type DeleteConnectorProps = {
  connector: { id: string; name: string };
  onClose: () => void;
  onDone?: () => void;
};

/** Names what goes with the connector, and asks for its name where connections do. */
export function DeleteConnectorDialog({ connector, onClose, onDone }: DeleteConnectorProps) {
  const uses = useAsk("connector_uses", { connector: connector.id });
  const { run, busy, error } = useAct("delete_connector");
  const [typed, setTyped] = useState("");
  const used = uses.data?.connections ?? [];
  const signIns = uses.data?.sign_ins ?? 0;
  const remove = async () => {
    const deleted = await run({ connector: connector.id, confirm_name: typed });
    if (!deleted) return;
    sayDeleted(texts.delete.done(connector.name), [deleted]);
    onClose();
    onDone?.();
  };
  const needsName = used.length > 0;
  const failed = error ?? uses.error;
  return (
    <ConfirmDialog
      isOpen
      title={texts.delete.title(connector.name)}
      message={needsName ? texts.delete.used(used.length) : texts.delete.unused}
      keep={texts.delete.keep}
      confirm={texts.delete.confirm(used.length + 1)}
      busy={busy}
      blocked={!uses.data || (needsName && typed !== connector.name)}
      onConfirm={() => void remove()}
      onClose={onClose}
    >
      {needsName || failed ? (
        <>
          {needsName && (
            <>
              <ul className="uses" aria-label={texts.delete.uses}>
                {used.map((name, index) => (
                  // oxlint-disable-next-line react/no-array-index-key -- two connections may share a name
                  <li key={`${name}-${index}`} className="trunc">
                    {name}
                  </li>
                ))}
              </ul>
              {signIns > 0 && <p className="t2">{texts.delete.signIns(signIns)}</p>}
              <TextField
                label={texts.delete.confirmName}
                value={typed}
                onChange={setTyped}
                autoFocus
                placeholder={connector.name}
              />
            </>
          )}
          {failed && <ErrorNote error={failed} />}
        </>
      ) : undefined}
    </ConfirmDialog>
  );
}
