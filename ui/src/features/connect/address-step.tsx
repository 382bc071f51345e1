import { Lock } from "lucide-react";
import { Breakable } from "../../components/breakable";
import { Button } from "../../components/button";
import { Icon } from "../../components/icon";
import { ErrorNote, Note } from "../../components/notes";
import { Stepper } from "../../components/stepper";
import { useAct } from "../../ipc/act";
import type { AttemptView } from "../../ipc/generated";
import { texts as connect } from "../../texts/connect";
import { texts } from "../../texts/sign-in";
import { SignInHead } from "./sign-in-step";

const t = texts.address;

type AddressStepProps = {
  view: AttemptView;
  addresses: readonly string[];
  again: boolean;
  onDiscard: () => void;
  onClose: () => void;
};

/** The service told where calls of this account go. Nothing goes there before the person agrees. */
export function AddressStep({ view, addresses, again, onDiscard, onClose }: AddressStepProps) {
  const agree = useAct("agree_attempt");
  const steps = again ? texts.stepsAgain : texts.steps;
  return (
    <>
      <SignInHead view={view} again={again} onClose={onClose}>
        <Stepper steps={steps} current={steps.length - 2} />
      </SignInHead>
      <div className="col stack pad">
        <Note kind="warn">
          <b className="med">{t.title(addresses.length)}</b> {t.message(view.connector_name)}
        </Note>
        <ul className="col stack" aria-label={t.list}>
          {addresses.map((address) => (
            <li key={address}>
              <code className="sel wrap">
                <Breakable text={address} />
              </code>
            </li>
          ))}
        </ul>
        <p className="hint row">
          <Icon of={Lock} size={14} />
          {t.safe}
        </p>
        {agree.error && <ErrorNote error={agree.error} />}
      </div>
      <footer className="dialog__foot">
        <Button kind="ghost-danger" className="pull" onPress={onDiscard}>
          {connect.discard}
        </Button>
        <span className="push" />
        <Button
          kind="primary"
          busy={agree.busy}
          onPress={() => void agree.run({ attempt: view.attempt, addresses: [...addresses] })}
        >
          {t.agree}
        </Button>
      </footer>
    </>
  );
}
