import { Lock } from "lucide-react";
import { useState } from "react";
import { Badge } from "../../../components/badge";
import { Button } from "../../../components/button";
import { SecretField, TextField } from "../../../components/field";
import { Icon } from "../../../components/icon";
import { ErrorNote } from "../../../components/notes";
import { useAct } from "../../../ipc/act";
import { useAsk } from "../../../ipc/ask";
import type { RegistrationView } from "../../../ipc/contract";
import { texts } from "../../../texts/oauth";

const t = texts.registration;
const PRODUCTION = "production";

type RegistrationProps = { connector: string; wantsSecret: boolean };

/** Client ID and secret of the app that is registered at the service. They go to the vault, not into the draft. */
export function Registration({ connector, wantsSecret }: RegistrationProps) {
  const asked = useAsk("registration_of", { connector, environment: PRODUCTION });
  if (asked.error) return <ErrorNote error={asked.error} />;
  if (asked.data === undefined) return null;
  const key = asked.data?.client_id ?? "";
  return <Form key={key} connector={connector} saved={asked.data} wantsSecret={wantsSecret} />;
}

function Form({ connector, saved, wantsSecret }: RegistrationProps & { saved: RegistrationView | null }) {
  const [clientId, setClientId] = useState(saved?.client_id ?? "");
  const [secret, setSecret] = useState("");
  const [replacing, setReplacing] = useState(false);
  const save = useAct("save_registration");
  const typesSecret = wantsSecret && (replacing || !saved?.secret_saved);
  const changed = clientId !== (saved?.client_id ?? "") || secret !== "";
  const usedBy = saved?.used_by ?? [];
  const submit = async () => {
    const done = await save.run({
      connector,
      environment: PRODUCTION,
      client_id: clientId.trim(),
      client_secret: secret === "" ? null : secret,
    });
    if (!done) return;
    setSecret("");
    setReplacing(false);
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
          label={texts.clientId}
          mono
          value={clientId}
          onChange={setClientId}
          problem={save.error?.field === "client_id" ? save.error.message : undefined}
        />
        {typesSecret && (
          <SecretField
            label={t.secret}
            value={secret}
            onChange={setSecret}
            hint={replacing ? t.replaces : undefined}
            autoFocus={replacing}
          />
        )}
        {wantsSecret && !typesSecret && (
          <div className="field">
            <span className="label">{t.secret}</span>
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
