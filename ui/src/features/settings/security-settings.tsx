import { useNavigate } from "@tanstack/react-router";
import { Lock } from "lucide-react";
import { useState } from "react";
import { Heading } from "react-aria-components";
import { useOverlays } from "../../app/overlays";
import { Button } from "../../components/button";
import { Dialog } from "../../components/dialog";
import { ErrorNote } from "../../components/notes";
import { say } from "../../components/toast";
import { useAct } from "../../ipc/act";
import type { VaultView } from "../../ipc/generated";
import { texts as common } from "../../texts/common";
import { texts } from "../../texts/settings";
import { texts as vaultTexts } from "../../texts/vault";
import { RecoveryKeyForm, useRecoveryKey } from "../vault/recovery-key";
import { canUseSecrets, isNotSetUp } from "../vault/vault-lock";
import { SettingRow } from "./setting-row";

export function SecuritySettings({ vault }: { vault: VaultView }) {
  const overlays = useOverlays();
  const navigate = useNavigate();
  const lock = useAct("lock_vault");
  const [asking, setAsking] = useState<"recovery" | "rotate" | null>(null);
  if (isNotSetUp(vault)) {
    return (
      <div className="card">
        <SettingRow name={texts.vault} hint={`${vault.sentence} ${texts.notSetUp}`}>
          <Button onPress={() => overlays.open({ kind: "vault-setup" })}>{texts.setUp}</Button>
        </SettingRow>
      </div>
    );
  }
  const usable = canUseSecrets(vault);
  return (
    <>
      <div className="card">
        <SettingRow name={texts.vault} hint={vault.sentence}>
          {usable ? (
            <Button icon={Lock} busy={lock.busy} onPress={() => void lock.run({})}>
              {texts.lockNow}
            </Button>
          ) : (
            <Button onPress={() => void navigate({ to: "/connections" })}>{texts.unlock}</Button>
          )}
        </SettingRow>
        {usable && (
          <>
            <SettingRow
              name={texts.recovery}
              hint={
                vault.recovery_confirmed ? (
                  texts.recoveryHave
                ) : (
                  <span className="t-warn">{texts.recoveryNone}</span>
                )
              }
            >
              <Button onPress={() => setAsking("recovery")}>{texts.recoveryMake}</Button>
            </SettingRow>
            <SettingRow name={texts.changeKey} hint={texts.changeKeyHint}>
              <Button onPress={() => setAsking("rotate")}>{texts.changeKeyDo}</Button>
            </SettingRow>
          </>
        )}
      </div>
      {lock.error && <ErrorNote error={lock.error} />}
      {asking === "recovery" && <RecoveryDialog onClose={() => setAsking(null)} />}
      {asking === "rotate" && <RotateDialog onClose={() => setAsking(null)} />}
    </>
  );
}

function RecoveryDialog({ onClose }: { onClose: () => void }) {
  const recovery = useRecoveryKey(() => {
    say({ title: vaultTexts.recovery.done });
    onClose();
  });
  const t = vaultTexts.recovery;
  return (
    <Dialog isOpen onClose={onClose} size="sm">
      <form
        className="dialog__form"
        onSubmit={(event) => {
          event.preventDefault();
          void recovery.confirm();
        }}
      >
        <div className="dialog__ask">
          <Heading slot="title" level={1}>
            {t.title}
          </Heading>
          <p className="t2">
            {t.lead} {t.replaces}
          </p>
          <RecoveryKeyForm recovery={recovery} />
        </div>
        <footer className="dialog__foot">
          <Button className="push" onPress={onClose}>
            {t.later}
          </Button>
          <Button kind="primary" type="submit" busy={recovery.busy} isDisabled={recovery.group.trim() === ""}>
            {t.have}
          </Button>
        </footer>
      </form>
    </Dialog>
  );
}

function RotateDialog({ onClose }: { onClose: () => void }) {
  const { run, busy, error } = useAct("rotate_vault");
  const rotate = async () => {
    if (!(await run({}))) return;
    say({ title: texts.changeKeyDone });
    onClose();
  };
  return (
    <Dialog isOpen onClose={onClose} size="sm">
      <div className="dialog__ask">
        <Heading slot="title" level={1}>
          {texts.changeKeyTitle}
        </Heading>
        <p className="t2">{texts.changeKeyMessage}</p>
        {error && (
          <ErrorNote
            error={error}
            actions={
              <Button size="sm" onPress={() => void rotate()}>
                {common.retry}
              </Button>
            }
          />
        )}
      </div>
      <footer className="dialog__foot">
        <Button className="push" onPress={onClose}>
          {texts.changeKeyKeep}
        </Button>
        <Button kind="primary" busy={busy} onPress={() => void rotate()}>
          {texts.changeKey}
        </Button>
      </footer>
    </Dialog>
  );
}
