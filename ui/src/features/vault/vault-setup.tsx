import { BookLock, KeyRound, RotateCw, ShieldCheck } from "lucide-react";
import { type ReactNode, useState } from "react";
import { Dialog, Heading, Modal, ModalOverlay } from "react-aria-components";
import { Button } from "../../components/button";
import { Icon } from "../../components/icon";
import { Mark } from "../../components/mark";
import { ErrorNote } from "../../components/notes";
import { Stepper } from "../../components/stepper";
import { useAct } from "../../ipc/act";
import { useAsk } from "../../ipc/ask";
import type { VaultView } from "../../ipc/generated";
import { texts as frame } from "../../texts/frame";
import { texts } from "../../texts/vault";
import { PassphraseForm, usePassphrase } from "./passphrase-form";
import { RecoveryKeyForm, useRecoveryKey } from "./recovery-key";

type Step = "vault" | "recovery" | "ready";
const steps: Step[] = ["vault", "recovery", "ready"];

/** Sets the vault up over the whole window: where its key goes, then the recovery key. */
export function VaultSetup({ onClose, onReady }: { onClose: () => void; onReady: () => void }) {
  const vault = useAsk("vault_status", {});
  const [step, setStep] = useState<Step>("vault");
  return (
    <ModalOverlay isOpen className="plainwin plainwin--over" onOpenChange={(open) => !open && onClose()}>
      <Modal className="plainwin__modal">
        <Dialog className="plainwin__dialog" aria-label={texts.setup.label}>
          <header className="plainwin__bar">
            <Mark />
            <span>{frame.product}</span>
            <span className="push plainwin__steps">
              <Stepper steps={texts.steps} current={steps.indexOf(step)} />
            </span>
          </header>
          <div className="mid">
            <div className="card card--box">
              {step === "vault" && vault.data && (
                <VaultStep
                  vault={vault.data}
                  onRefused={async () => (await vault.refetch()).data?.state === "no_key_store"}
                  onClose={onClose}
                  onDone={() => setStep("recovery")}
                />
              )}
              {step === "recovery" && <RecoveryStep onDone={() => setStep("ready")} />}
              {step === "ready" && vault.data && <ReadyStep vault={vault.data} onReady={onReady} />}
            </div>
          </div>
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}

function Box({
  children,
  footer,
  onSubmit,
}: {
  children: ReactNode;
  footer: ReactNode;
  onSubmit: () => void;
}) {
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        onSubmit();
      }}
    >
      <div className="bd">{children}</div>
      <footer>{footer}</footer>
    </form>
  );
}

type VaultStepProps = {
  vault: VaultView;
  /** Reads again where the vault stands after it could not be made; tells whether for want of a keychain. */
  onRefused: () => Promise<boolean>;
  onClose: () => void;
  onDone: () => void;
};

function VaultStep({ vault, onRefused, onClose, onDone }: VaultStepProps) {
  const hasStore = vault.state !== "no_key_store";
  const [byChoice, setByChoice] = useState(false);
  const passphrase = usePassphrase();
  const { run, busy, error, clear } = useAct("create_vault");
  const t = texts.setup;
  const withPassphrase = byChoice || !hasStore;
  const create = async (typed: string | null) => {
    if (await run({ passphrase: typed })) {
      passphrase.clear();
      onDone();
    } else if ((await onRefused()) && typed === null) {
      // The screen itself says it now.
      clear();
    }
  };
  if (!withPassphrase) {
    return (
      <Box
        onSubmit={() => void create(null)}
        footer={
          <>
            <Button kind="ghost" className="pull" onPress={() => setByChoice(true)}>
              {t.passphraseInstead}
            </Button>
            <Button className="push" onPress={onClose}>
              {t.later}
            </Button>
            <Button kind="primary" type="submit" busy={busy}>
              {t.create}
            </Button>
          </>
        }
      >
        <div className="seal">
          <Icon of={BookLock} size={24} />
        </div>
        <Heading slot="title" level={1}>
          {t.title}
        </Heading>
        <p className="t2">{t.lead(vault.key_store)}</p>
        {error && <ErrorNote error={error} />}
      </Box>
    );
  }
  return (
    <Box
      onSubmit={() => passphrase.isReady && void create(passphrase.first)}
      footer={
        <>
          {hasStore ? (
            <Button kind="ghost" className="pull" onPress={() => setByChoice(false)}>
              {t.keychainInstead}
            </Button>
          ) : (
            <Button kind="ghost" className="pull" icon={RotateCw} onPress={() => void create(null)}>
              {t.tryKeychain}
            </Button>
          )}
          <Button className="push" onPress={onClose}>
            {t.later}
          </Button>
          <Button kind="primary" type="submit" busy={busy} isDisabled={!passphrase.isReady}>
            {t.use}
          </Button>
        </>
      }
    >
      <div className={hasStore ? "seal" : "seal seal--warn"}>
        <Icon of={KeyRound} size={24} />
      </div>
      <Heading slot="title" level={1}>
        {hasStore ? t.passphraseTitle : t.noKeychain}
      </Heading>
      <p className="t2 mid__say">{hasStore ? t.passphraseLead : `${vault.sentence} ${t.noKeychainLead}`}</p>
      <PassphraseForm passphrase={passphrase} autoFocus />
      {error && <ErrorNote error={error} />}
    </Box>
  );
}

function RecoveryStep({ onDone }: { onDone: () => void }) {
  const recovery = useRecoveryKey(onDone);
  const t = texts.recovery;
  return (
    <Box
      onSubmit={() => void recovery.confirm()}
      footer={
        <>
          <span className="t3 small">{t.apart}</span>
          <Button className="push" onPress={onDone}>
            {t.later}
          </Button>
          <Button kind="primary" type="submit" busy={recovery.busy} isDisabled={recovery.group.trim() === ""}>
            {t.have}
          </Button>
        </>
      }
    >
      <Heading slot="title" level={1}>
        {t.title}
      </Heading>
      <p className="t2 mid__say">{t.lead}</p>
      <RecoveryKeyForm recovery={recovery} />
    </Box>
  );
}

function ReadyStep({ vault, onReady }: { vault: VaultView; onReady: () => void }) {
  const t = texts.ready;
  return (
    <Box
      onSubmit={onReady}
      footer={
        <Button kind="primary" type="submit" className="push" autoFocus>
          {t.go}
        </Button>
      }
    >
      <div className="seal">
        <Icon of={ShieldCheck} size={24} />
      </div>
      <Heading slot="title" level={1}>
        {t.title}
      </Heading>
      <p className="t2">{vault.mode === "passphrase" ? t.passphrase : t.keychain(vault.key_store)}</p>
      {!vault.recovery_confirmed && <p className="t2">{t.unconfirmed}</p>}
    </Box>
  );
}
