import { Lock } from "lucide-react";
import { useState } from "react";
import { Badge } from "../../../components/badge";
import { Button } from "../../../components/button";
import { SecretField, TextField } from "../../../components/field";
import { Icon } from "../../../components/icon";
import { ErrorNote } from "../../../components/notes";
import { useAct } from "../../../ipc/act";
import { useAsk } from "../../../ipc/ask";
import type { RegistrationView } from "../../../ipc/generated";
import { texts } from "../../../texts/oauth";

const t = texts.registration;

/** What proves the app: the secret that the service gave, a key of one's own, or nothing. */
export type Proof = "secret" | "key" | null;

type RegistrationProps = {
  connector: string;
  proof: Proof;
  /** What services of this kind call the two. */
  names?: { id: string; secret: string };
};

/** Client ID and secret of the app that is registered at the service. They go to the vault, not into the draft. */
export function Registration({ connector, proof, names }: RegistrationProps) {
  const asked = useAsk("show_registration", { connector, environment: null });
  if (asked.error) return <ErrorNote error={asked.error} />;
  if (asked.data === undefined) return null;
  return (
    <Form
      key={asked.data.client_id}
      connector={connector}
      saved={asked.data}
      proof={proof}
      names={names}
      onSaved={() => void asked.refetch()}
    />
  );
}

type FormProps = RegistrationProps & { saved: RegistrationView; onSaved: () => void };

function Form({ connector, saved, proof, names, onSaved }: FormProps) {
  const [clientId, setClientId] = useState(saved.client_id ?? "");
  const [secret, setSecret] = useState("");
  const [replacing, setReplacing] = useState(false);
  const save = useAct("save_registration");
  const typesSecret = proof !== null && (replacing || !saved.has_secret);
  const label = proof === "key" ? t.key : (names?.secret ?? t.secret);
  const changed = clientId !== (saved.client_id ?? "") || secret !== "";
  const usedBy = saved.used_by;
  const submit = async () => {
    const done = await save.run({
      connector,
      environment: null,
      client_id: clientId.trim(),
      secret: secret === "" ? null : secret,
    });
    if (!done) return;
    setSecret("");
    setReplacing(false);
    onSaved();
  };
  return (
    <form
      className="col stack"
      onSubmit={(event) => {
        event.preventDefault();
        if (changed && clientId.trim() !== "") void submit();
      }}
    >
      <div className="f2">
        <TextField
          label={names?.id ?? texts.clientId}
          mono
          value={clientId}
          onChange={setClientId}
          problem={save.error?.field === "client_id" ? save.error.message : undefined}
        />
        {typesSecret && proof === "secret" && (
          <SecretField
            label={label}
            value={secret}
            onChange={setSecret}
            hint={replacing ? t.replaces : undefined}
            autoFocus={replacing}
          />
        )}
        {typesSecret && proof === "key" && (
          <TextField
            label={label}
            rows={3}
            mono
            value={secret}
            onChange={setSecret}
            hint={replacing ? t.replaces : t.keyHint}
            autoFocus={replacing}
          />
        )}
        {proof !== null && !typesSecret && (
          <div className="field">
            <span className="label">{label}</span>
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
      </div>
      {save.error && save.error.field !== "client_id" && <ErrorNote error={save.error} />}
      <div className="row">
        <Button type="submit" busy={save.busy} isDisabled={!changed || clientId.trim() === ""}>
          {t.save}
        </Button>
        <span className="hint grow">{usedBy.length > 0 ? t.usedBy(named(usedBy)) : t.sealed}</span>
      </div>
    </form>
  );
}

const NAMED = 3;

function named(names: readonly string[]): string {
  const first = names.slice(0, NAMED).join(", ");
  return names.length > NAMED ? t.andMore(first, names.length - NAMED) : first;
}
