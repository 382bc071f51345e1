import { Globe, Lock, MoreHorizontal, Plus } from "lucide-react";
import { useState } from "react";
import { Badge } from "../../../components/badge";
import { Button, IconButton } from "../../../components/button";
import { ConfirmDialog } from "../../../components/dialog";
import { SecretField, TextField } from "../../../components/field";
import { Icon } from "../../../components/icon";
import { MenuButton } from "../../../components/menu";
import { ErrorNote } from "../../../components/notes";
import { useAct } from "../../../ipc/act";
import { reasonFor } from "../../../ipc/errors";
import type { RegistrationView } from "../../../ipc/generated";
import { named } from "../../../lib/apps";
import { texts as t } from "../../../texts/apps";
import { texts } from "../../../texts/oauth";

/** What proves the app: the secret that the service gave, a key of one's own, or nothing. */
export type Proof = "secret" | "key" | null;

/** What was typed of an app and is not saved yet. */
export type Typed = { label: string; clientId: string; secret: string };

type AppFormProps = {
  place: { connector: string; environment: string };
  /** None while it is a new one. */
  saved: RegistrationView | undefined;
  isOneOfSeveral: boolean;
  proof: Proof;
  names?: { id: string; secret: string };
  typed: Typed | undefined;
  onTyped: (typed: Typed | null) => void;
  onSaved: (saved: RegistrationView) => void;
  onAnother: () => void;
  onDropNew: () => void;
  onEnvironment: () => void;
};

/** Client ID and secret of one app. */
export function AppForm(props: AppFormProps) {
  const { place, saved, isOneOfSeveral, proof, names, onTyped, onSaved } = props;
  const [replacing, setReplacing] = useState(false);
  const [asking, setAsking] = useState(false);
  const save = useAct("save_registration");
  const before: Typed = { label: saved?.label ?? "", clientId: saved?.client_id ?? "", secret: "" };
  const { label, clientId, secret } = props.typed ?? before;
  const set = (change: Partial<Typed>) => onTyped({ label, clientId, secret, ...change });
  const hasSecret = saved?.has_secret ?? false;
  const typesSecret = proof !== null && (replacing || !hasSecret);
  const secretLabel = proof === "key" ? t.key : (names?.secret ?? t.secret);
  const changesId = clientId.trim() !== before.clientId;
  const changesSecret = typesSecret && secret !== "";
  const canSave = (changesId || changesSecret || label.trim() !== before.label) && clientId.trim() !== "";
  const usedBy = saved?.used_by ?? [];
  const problemOf = (field: string) => (save.error?.field === field ? reasonFor(save.error) : undefined);
  const submit = async () => {
    const done = await save.run({
      ...place,
      registration: saved?.id ?? null,
      label: label.trim(),
      client_id: clientId.trim(),
      secret: changesSecret ? secret : null,
    });
    setAsking(false);
    if (!done) return;
    onTyped(null);
    setReplacing(false);
    onSaved(done);
  };
  return (
    <form
      className="col stack"
      onSubmit={(event) => {
        event.preventDefault();
        if (!canSave) return;
        if (usedBy.length > 0 && (changesId || changesSecret)) setAsking(true);
        else void submit();
      }}
    >
      <div className="f2">
        <TextField
          label={names?.id ?? texts.clientId}
          mono
          value={clientId}
          onChange={(next) => set({ clientId: next })}
          problem={problemOf("client_id")}
        />
        {typesSecret && proof === "secret" && (
          <SecretField
            label={secretLabel}
            value={secret}
            onChange={(next) => set({ secret: next })}
            hint={replacing ? t.replaces : undefined}
            autoFocus={replacing}
          />
        )}
        {typesSecret && proof === "key" && (
          <TextField
            label={secretLabel}
            rows={3}
            mono
            value={secret}
            onChange={(next) => set({ secret: next })}
            hint={replacing ? t.replaces : t.keyHint}
            autoFocus={replacing}
          />
        )}
        {proof !== null && !typesSecret && (
          <div className="field">
            <span className="label">{secretLabel}</span>
            <div className="row registration__saved">
              <Badge>
                <Icon of={Lock} size={12} />
                {t.saved}
              </Badge>
              <Button kind="ghost" size="sm" onPress={() => setReplacing(true)}>
                {t.replace}
              </Button>
            </div>
          </div>
        )}
        {isOneOfSeveral && (
          <TextField
            label={t.name}
            optional
            maxLength={50}
            value={label}
            onChange={(next) => set({ label: next })}
            hint={t.nameHint}
            problem={problemOf("label")}
          />
        )}
      </div>
      {save.error && save.error.field !== "client_id" && save.error.field !== "label" && (
        <ErrorNote error={save.error} />
      )}
      <div className="row">
        <Button type="submit" busy={save.busy} isDisabled={!canSave}>
          {isOneOfSeveral && !saved ? t.saveNew : t.save}
        </Button>
        {isOneOfSeveral && !saved && (
          <Button kind="ghost" onPress={props.onDropNew}>
            {t.dropNew}
          </Button>
        )}
        <span className="hint grow">{usedBy.length > 0 ? t.usedBy(named(usedBy)) : t.sealed}</span>
        <More {...props} />
      </div>
      {asking && (
        <ConfirmDialog
          isOpen
          title={t.change.title(usedBy.length)}
          message={
            <div className="col">
              <p>{t.change.who(named(usedBy))}</p>
              <p>{changesId ? t.change.id : t.change.secret}</p>
            </div>
          }
          keep={t.change.keep}
          confirm={t.change.confirm}
          busy={save.busy}
          onClose={() => setAsking(false)}
          onConfirm={() => void submit()}
        />
      )}
    </form>
  );
}

function More({
  saved,
  onAnother,
  onEnvironment,
}: Pick<AppFormProps, "saved" | "onAnother" | "onEnvironment">) {
  const another = { id: "another", name: t.add, hint: t.addHint, icon: Plus, run: onAnother };
  const environment = {
    id: "environment",
    name: t.addEnvironment,
    hint: t.addEnvironmentHint,
    icon: Globe,
    run: onEnvironment,
  };
  return (
    <MenuButton label={t.actions} entries={saved ? [another, environment] : [environment]}>
      <IconButton icon={MoreHorizontal} label={t.actions} tip={false} />
    </MenuButton>
  );
}
