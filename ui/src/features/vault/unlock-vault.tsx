import { BookLock, Clock3, KeyRound, Lock, SquarePen } from "lucide-react";
import { type FormEvent, useState } from "react";
import { Button } from "../../components/button";
import { ConfirmDialog } from "../../components/dialog";
import { SecretField } from "../../components/field";
import { Icon } from "../../components/icon";
import { ErrorNote, Note } from "../../components/notes";
import { sayAndStay } from "../../components/toast";
import { useAct } from "../../ipc/act";
import { useAsk } from "../../ipc/ask";
import type { VaultState, VaultView } from "../../ipc/generated";
import { texts } from "../../texts/vault";
import { PassphraseForm, usePassphrase } from "./passphrase-form";

const t = texts.locked;

const titles: Partial<Record<VaultState, string>> = {
  keyring_locked: t.keyringTitle,
  key_missing: t.missingTitle,
  wrong_key: t.wrongTitle,
  no_key_store: t.noStoreTitle,
};

type Way = "keychain" | "passphrase" | "recovery";

function firstWay({ state, mode }: VaultView): Way {
  if (state === "key_missing" || state === "wrong_key") return "recovery";
  return mode === "passphrase" ? "passphrase" : "keychain";
}

/** What happened to the vault, what is safe, and the way on. */
export function UnlockVault({ vault }: { vault: VaultView }) {
  const [way, setWay] = useState<Way>(() => firstWay(vault));
  const connections = useAsk("app_status", {}).data?.connections ?? 0;
  const lost = vault.state === "key_missing" || vault.state === "wrong_key";
  return (
    <>
      <div className={lost ? "seal seal--warn" : "seal"}>
        <Icon of={lost ? KeyRound : Lock} size={24} />
      </div>
      <h1>{titles[vault.state] ?? t.title}</h1>
      <p className="t2 mid__say">
        {!lost && `${vault.sentence} `}
        {connections > 0 && t.kept(connections)}
      </p>
      {lost && (
        <div className="unlock__note">
          <Note kind="warn">{vault.sentence}</Note>
        </div>
      )}
      {way === "keychain" && <ByKeychain vault={vault} onRecovery={() => setWay("recovery")} />}
      {way === "passphrase" && <ByPassphrase onRecovery={() => setWay("recovery")} />}
      {way === "recovery" && (
        <ByRecoveryKey vault={vault} onBack={lost ? undefined : () => setWay(firstWay(vault))} />
      )}
      {lost && <StartAgain />}
      <h2 className="unlock__meanwhile">{t.meanwhile}</h2>
      <ul className="card">
        <li className="row row-3 unlock__line">
          <Icon of={Clock3} className="t3" />
          <span className="grow">{t.callsWait}</span>
          <span className="t3 small">{t.callsWaitWhy}</span>
        </li>
        <li className="row row-3 unlock__line">
          <Icon of={SquarePen} className="t3" />
          <span className="grow">{t.buildGoesOn}</span>
          <span className="t3 small">{t.buildGoesOnWhy}</span>
        </li>
      </ul>
    </>
  );
}

/** For when no recovery key is left either: what is sealed is given up, after a question that says so. */
function StartAgain() {
  const { run, busy, error } = useAct("start_vault_again");
  const [asks, setAsks] = useState(false);
  return (
    <>
      <p className="t2 unlock__again">
        {t.noRecoveryKey}{" "}
        <Button size="sm" kind="danger" onPress={() => setAsks(true)}>
          {t.startAgain}
        </Button>
      </p>
      <ConfirmDialog
        isOpen={asks}
        title={t.again.title}
        message={t.again.message}
        keep={t.again.keep}
        confirm={t.again.confirm}
        busy={busy}
        onClose={() => setAsks(false)}
        onConfirm={async () => {
          const again = await run({});
          if (!again) return;
          setAsks(false);
          sayAndStay({ title: t.again.done(again.connections), detail: t.again.kept(again.kept) });
        }}
      >
        {error && <ErrorNote error={error} />}
      </ConfirmDialog>
    </>
  );
}

function ByKeychain({ vault, onRecovery }: { vault: VaultView; onRecovery: () => void }) {
  const { run, busy, error } = useAct("open_vault");
  const waits = vault.state === "keyring_locked" || vault.state === "no_key_store";
  return (
    <div className="col">
      <div className="row unlock__acts">
        <Button
          kind="primary"
          size="lg"
          icon={BookLock}
          busy={busy}
          onPress={() => void run({ passphrase: null })}
        >
          {waits ? t.tryAgain : t.unlock}
        </Button>
        <Button size="lg" onPress={onRecovery}>
          {t.recoveryInstead}
        </Button>
      </div>
      {error && <ErrorNote error={error} />}
    </div>
  );
}

function ByPassphrase({ onRecovery }: { onRecovery: () => void }) {
  const { run, busy, error } = useAct("open_vault");
  const [passphrase, setPassphrase] = useState("");
  const [left, setLeft] = useState(false);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setLeft(true);
    if (!passphrase) return;
    const typed = passphrase;
    setPassphrase("");
    setLeft(false);
    await run({ passphrase: typed });
  };
  const failed = error && [error.message, error.action].filter(Boolean).join(" ");
  return (
    <form className="col" onSubmit={(event) => void submit(event)}>
      <SecretField
        label={t.passphrase}
        value={passphrase}
        onChange={setPassphrase}
        autoFocus
        hint={t.passphraseHint}
        problem={left && !passphrase ? t.passphraseEmpty : !passphrase ? failed : undefined}
      />
      <div className="row unlock__acts">
        <Button kind="primary" type="submit" busy={busy}>
          {t.unlock}
        </Button>
        <Button onPress={onRecovery}>{t.recoveryInstead}</Button>
      </div>
    </form>
  );
}

/** The recovery key, and what opens the vault from now on: a new passphrase, or a new key in the keychain. */
function ByRecoveryKey({ vault, onBack }: { vault: VaultView; onBack?: () => void }) {
  const { run, busy, error } = useAct("recover_vault");
  const [key, setKey] = useState("");
  const [left, setLeft] = useState(false);
  const passphrase = usePassphrase();
  const needsPassphrase = vault.mode === "passphrase" || vault.state === "no_key_store";
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setLeft(true);
    if (!key.trim() || (needsPassphrase && !passphrase.isReady)) return;
    const typed = { recovery_key: key.trim(), passphrase: needsPassphrase ? passphrase.first : null };
    setKey("");
    setLeft(false);
    if (await run(typed)) passphrase.clear();
  };
  const failed = error && [error.message, error.action].filter(Boolean).join(" ");
  return (
    <form className="col unlock__form" onSubmit={(event) => void submit(event)}>
      <SecretField
        label={t.recoveryKey}
        value={key}
        onChange={setKey}
        autoFocus
        placeholder={t.recoveryPlaceholder}
        problem={left && !key.trim() ? t.recoveryEmpty : !key ? failed : undefined}
      />
      {needsPassphrase && (
        <>
          <p className="t2">{t.newPassphrase}</p>
          <PassphraseForm passphrase={passphrase} />
        </>
      )}
      <div className="row unlock__acts">
        <Button kind="primary" type="submit" busy={busy}>
          {t.repair}
        </Button>
        {onBack && <Button onPress={onBack}>{t.back}</Button>}
      </div>
    </form>
  );
}
