import { Check, CircleMinus, Lock, RadioTower } from "lucide-react";
import { EnvironmentMark } from "../../components/badge";
import { Button } from "../../components/button";
import { DialogHead } from "../../components/dialog";
import { Icon } from "../../components/icon";
import { Jack } from "../../components/jack";
import { ErrorNote, Note } from "../../components/notes";
import { Stepper } from "../../components/stepper";
import { Tile } from "../../components/tile";
import { Timeline, type TimelineStep } from "../../components/timeline";
import { useAct } from "../../ipc/act";
import type { AttemptView, SignIn } from "../../ipc/contract";
import { countdown } from "../../lib/time";
import { useSeconds } from "../../lib/use-seconds";
import { texts as connect } from "../../texts/connect";
import { texts } from "../../texts/sign-in";
import { DeviceAside, DeviceCode } from "./device-code";
import { Finding } from "./finding";
import { signInLines } from "./sign-in-timeline";
import { Waiting } from "./waiting";

export type SignInStepProps = {
  view: AttemptView;
  signIn: SignIn;
  /** Reauthorize of a connection that stands. */
  again: boolean;
  onBack: () => void;
  onDiscard: () => void;
  onAnother: () => void;
  onOpen: () => void;
  onClose: () => void;
};

/** The sign-in, live: what has happened, what is waited for, and what came of it. */
export function SignInStep(props: SignInStepProps) {
  const { view, signIn, again } = props;
  const retry = useAct("retry_attempt");
  const keep = useAct("keep_attempt");
  const { step } = signIn;
  const now = useSeconds(view.state === "waiting");
  const undecided = view.state === "refused" || view.state === "could_not_check";
  const steps = again ? texts.stepsAgain : texts.steps;
  const place = steps.length - (view.state === "connected" ? 1 : 2);
  const renew = () => void retry.run({ attempt: view.attempt });
  const body =
    step?.kind === "device" ? (
      <DeviceCode attempt={view.attempt} step={step} now={now} renewing={retry.busy} onRenew={renew} />
    ) : step?.kind === "browser" || step?.kind === "paste" ? (
      <Waiting attempt={view.attempt} step={step} />
    ) : null;
  const lines = signInLines(view, signIn).map(({ rung, ...line }): TimelineStep => {
    if (rung !== "waiting" || line.state !== "now") return line;
    return { ...line, body, ...(signIn.expires_at && { time: countdown(signIn.expires_at, now) }) };
  });
  const error = retry.error ?? keep.error;
  return (
    <>
      <SignInHead view={view} again={again} onClose={props.onClose}>
        <Stepper steps={steps} current={place} bad={undecided} />
      </SignInHead>
      <div className="attempt">
        <div className="attempt__main">
          <Timeline label={texts.progress} steps={lines} />
          {undecided && <Finding view={view} />}
          {view.state === "connected" && <Lacking signIn={signIn} />}
          {error && <ErrorNote error={error} />}
        </div>
        <aside className="attempt__side">
          {step?.kind === "device" && view.state === "waiting" ? (
            <DeviceAside step={step} />
          ) : (
            <Facts view={view} signIn={signIn} />
          )}
        </aside>
      </div>
      <footer className="dialog__foot">
        {view.state === "connected" ? (
          <>
            <span className="row small t-ok">
              <Jack shape="ok" />
              {texts.connected}
            </span>
            <span className="push" />
            {!again && <Button onPress={props.onAnother}>{connect.anotherOne}</Button>}
            <Button kind="primary" autoFocus onPress={props.onOpen}>
              {connect.open}
            </Button>
          </>
        ) : undecided ? (
          <>
            <Button kind="ghost-danger" className="pull" onPress={props.onDiscard}>
              {connect.discard}
            </Button>
            <span className="push" />
            <Button busy={keep.busy} onPress={() => void keep.run({ attempt: view.attempt })}>
              {connect.keep}
            </Button>
            <Button kind="primary" autoFocus busy={retry.busy} onPress={renew}>
              {connect.tryAgain}
            </Button>
          </>
        ) : (
          <>
            <Doing view={view} signIn={signIn} now={now} />
            <span className="push" />
            <Button onPress={props.onBack}>{texts.back}</Button>
            <Button onPress={props.onClose}>{texts.cancel}</Button>
          </>
        )}
      </footer>
    </>
  );
}

type HeadProps = { view: AttemptView; again: boolean; onClose: () => void; children?: React.ReactNode };

export function SignInHead({ view, again, onClose, children }: HeadProps) {
  return (
    <DialogHead
      title={again ? connect.again(view.name) : connect.to(view.connector_name)}
      subtitle={again ? view.connector_name : view.name}
      before={<Tile name={view.connector_name} size={32} />}
      onClose={onClose}
    >
      {children}
    </DialogHead>
  );
}

/** One line of what goes on just now, for as long as it does. */
function Doing({ view, signIn, now }: { view: AttemptView; signIn: SignIn; now: number }) {
  const { step, expires_at: until } = signIn;
  const left = until ? countdown(until, now) : "";
  const says =
    view.state === "exchanging"
      ? texts.swapping
      : view.state === "verifying"
        ? texts.verifying
        : step?.kind === "device"
          ? texts.polling(step.interval)
          : step?.kind === "paste"
            ? texts.pasteFor(left)
            : step?.kind === "browser" && step.listening
              ? texts.listening(step.listening, left)
              : texts.waitingFor(left);
  return (
    <span className="t3 small row">
      <Icon of={RadioTower} size={14} />
      <span className="num">{says}</span>
    </span>
  );
}

/** What was not given is said, with what it means. */
function Lacking({ signIn: { requested, granted } }: { signIn: SignIn }) {
  if (granted === null) return null;
  const lacking = requested.filter((each) => !granted.includes(each.value)).length;
  return lacking > 0 ? <Note kind="warn">{texts.lacks(lacking)}</Note> : null;
}

function Facts({ view, signIn }: { view: AttemptView; signIn: SignIn }) {
  const { facts } = texts;
  const { requested, granted } = signIn;
  return (
    <>
      <dl className="facts small">
        <dt>{facts.name}</dt>
        <dd className="med wrap">{view.name}</dd>
        <dt>{facts.environment}</dt>
        <dd>
          <EnvironmentMark environment={signIn.environment} />
        </dd>
        <dt>{facts.permissions}</dt>
        <dd>
          {requested.length === 0 ? (
            <span className="t3">{facts.none}</span>
          ) : (
            <ul className="asked">
              {requested.map((each) => (
                <Asked key={each.value} name={each.name || each.value} given={given(granted, each.value)} />
              ))}
            </ul>
          )}
        </dd>
      </dl>
      <p className="hint row attempt__promise">
        <Icon of={Lock} size={14} />
        {signIn.flow === "direct" ? connect.promise : texts.promise(view.connector_name)}
      </p>
    </>
  );
}

const given = (granted: string[] | null, value: string) => granted && granted.includes(value);

/** A permission that was asked for; once the service has answered, whether it was given. */
function Asked({ name, given: isGiven }: { name: string; given: boolean | null }) {
  if (isGiven === null) return <li className="wrap">{name}</li>;
  return (
    <li className="row row-1">
      <span
        className={isGiven ? "t-ok" : "t-warn"}
        role="img"
        aria-label={isGiven ? texts.given : texts.notGiven}
      >
        <Icon of={isGiven ? Check : CircleMinus} size={14} />
      </span>
      <span className="wrap">{name}</span>
    </li>
  );
}
