import { MoreHorizontal, Star, Trash2 } from "lucide-react";
import { useState } from "react";
import { Badge } from "../../../components/badge";
import { IconButton } from "../../../components/button";
import { ConfirmDialog } from "../../../components/dialog";
import { MenuButton } from "../../../components/menu";
import { ErrorNote } from "../../../components/notes";
import { useAct } from "../../../ipc/act";
import type { RegistrationView } from "../../../ipc/generated";
import { named, nameOf } from "../../../lib/apps";
import { texts as t } from "../../../texts/apps";

type AppListProps = {
  label: string;
  apps: readonly RegistrationView[];
  chosen: RegistrationView | null;
  /** Whether one that is not saved yet stands below. */
  isNew: boolean;
  onChoose: (app: RegistrationView | null) => void;
  onChanged: () => void;
};

/** Several apps of one environment: which is the default, who uses each, and which of them is edited below. */
export function AppList({ label, apps, chosen, isNew, onChoose, onChanged }: AppListProps) {
  const [deleting, setDeleting] = useState<RegistrationView | null>(null);
  const makeDefault = useAct("make_default_registration");
  return (
    <>
      <ul className="card apps" aria-label={label}>
        {apps.map((app) => (
          <li key={app.id} className="row apps__row" data-chosen={app === chosen || undefined}>
            <button
              type="button"
              className="apps__pick grow"
              aria-pressed={app === chosen}
              onClick={() => onChoose(app)}
            >
              <span className="apps__name">{nameOf(app)}</span>
              <span className="hint">
                {app.label && (
                  <>
                    <code>{app.client_id}</code> ·{" "}
                  </>
                )}
                {t.uses(app.used_by.length)}
              </span>
            </button>
            {app.is_default && <Badge>{t.default}</Badge>}
            <MenuButton
              label={t.actionsOf(nameOf(app))}
              entries={[
                ...(app.is_default
                  ? []
                  : [
                      {
                        id: "default",
                        name: t.makeDefault,
                        hint: t.makeDefaultHint,
                        icon: Star,
                        run: () =>
                          void makeDefault.run({ registration: app.id }).then((done) => done && onChanged()),
                      },
                    ]),
                { id: "delete", name: t.delete, icon: Trash2, danger: true, run: () => setDeleting(app) },
              ]}
            >
              <IconButton size="sm" icon={MoreHorizontal} label={t.actionsOf(nameOf(app))} tip={false} />
            </MenuButton>
          </li>
        ))}
        {isNew && (
          <li className="row apps__row" data-chosen>
            <span className="apps__pick grow">{t.another}</span>
          </li>
        )}
      </ul>
      {makeDefault.error && <ErrorNote error={makeDefault.error} />}
      {deleting && (
        <DeleteApp
          app={deleting}
          onClose={() => setDeleting(null)}
          onDeleted={() => {
            setDeleting(null);
            onChanged();
          }}
        />
      )}
    </>
  );
}

function DeleteApp({
  app,
  onDeleted,
  onClose,
}: {
  app: RegistrationView;
  onDeleted: () => void;
  onClose: () => void;
}) {
  const { run, busy, error } = useAct("delete_registration");
  const reason =
    app.used_by.length > 0 ? t.remove.used(named(app.used_by)) : app.is_default ? t.remove.isDefault : null;
  return (
    <ConfirmDialog
      isOpen
      title={t.remove.title(nameOf(app))}
      message={
        <>
          <p>{reason ?? t.remove.unused}</p>
          {error && <ErrorNote error={error} />}
        </>
      }
      keep={t.remove.keep}
      confirm={t.remove.confirm}
      busy={busy}
      blocked={reason !== null}
      onClose={onClose}
      onConfirm={() => void run({ registration: app.id }).then((done) => done && onDeleted())}
    />
  );
}
