import { Check, Copy, Download, KeyRound } from "lucide-react";
import { useState } from "react";
import { Button } from "../../components/button";
import { TextField } from "../../components/field";
import { Icon } from "../../components/icon";
import { ErrorNote } from "../../components/notes";
import { useAct } from "../../ipc/act";
import { texts } from "../../texts/vault";

const t = texts.recovery;

export type RecoveryKey = ReturnType<typeof useRecoveryKey>;

/** Makes a recovery key and has it kept: copied or saved by the core, its last group typed back. It is never here. */
export function useRecoveryKey(onKept: () => void) {
  const make = useAct("make_recovery_key");
  const copy = useAct("copy_recovery_key");
  const save = useAct("save_recovery_key");
  const confirm = useAct("confirm_recovery_key");
  const [said, setSaid] = useState<string | null>(null);
  const [group, setGroup] = useState("");
  const [made, setMade] = useState(false);
  return {
    group,
    setGroup,
    said,
    made,
    making: make.busy,
    busy: confirm.busy,
    error: make.error ?? copy.error ?? save.error,
    notConfirmed: confirm.error,
    make: async () => {
      if (await make.run({})) setMade(true);
    },
    copy: async () => {
      if (await copy.run({})) setSaid(t.copied);
    },
    save: async () => {
      const saved = await save.run({});
      if (saved?.file) setSaid(t.saved(saved.file));
    },
    confirm: async () => {
      const typed = group.trim();
      setGroup("");
      if (await confirm.run({ last_group: typed })) onKept();
    },
  };
}

export function RecoveryKeyForm({ recovery }: { recovery: RecoveryKey }) {
  const { group, setGroup, notConfirmed, said, error } = recovery;
  if (!recovery.made) {
    return (
      <div className="col recovery">
        <div className="row">
          <Button icon={KeyRound} busy={recovery.making} onPress={() => void recovery.make()}>
            {t.make}
          </Button>
        </div>
        {error && <ErrorNote error={error} />}
      </div>
    );
  }
  return (
    <div className="col recovery">
      <div className="row">
        <Button icon={Copy} onPress={() => void recovery.copy()}>
          {t.copy}
        </Button>
        <Button icon={Download} onPress={() => void recovery.save()}>
          {t.save}
        </Button>
      </div>
      <p className="hint hint--ok wrap" role="status">
        {said && (
          <>
            <Icon of={Check} size={14} />
            <span>{said}</span>
          </>
        )}
      </p>
      {error && <ErrorNote error={error} />}
      <TextField
        label={t.lastGroup}
        aside={<span className="opt">{t.lastGroupAside}</span>}
        className="field--short"
        mono
        value={group}
        onChange={setGroup}
        placeholder={t.characters}
        problem={
          !group && notConfirmed
            ? [notConfirmed.message, notConfirmed.action].filter(Boolean).join(" ")
            : undefined
        }
      />
    </div>
  );
}
