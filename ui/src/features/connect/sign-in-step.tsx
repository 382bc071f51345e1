import { Check, CircleMinus, Lock, RadioTower } from "lucide-react";
import type { ReactNode } from "react";
import { EnvironmentMark } from "../../components/badge";
import { Button } from "../../components/button";
import { DialogHead } from "../../components/dialog";
import { Icon } from "../../components/icon";
import { Jack } from "../../components/jack";
import { ErrorNote, Note } from "../../components/notes";
import { Stepper } from "../../components/stepper";
import { ConnectorTile } from "../connectors/connector-tile";
import { Timeline, type TimelineStep } from "../../components/timeline";
import { useAct } from "../../ipc/act";
import type { AttemptView, ConnectorStepView, SignInView, WayView } from "../../ipc/generated";
import { countdown } from "../../lib/time";
import { useSeconds } from "../../lib/use-seconds";
import { texts as connect } from "../../texts/connect";
import { texts } from "../../texts/sign-in";
import type { Begun } from "./begun";
import { DeviceAside, DeviceCode } from "./device-code";
import { ErrorPage } from "./error-page";
import { Finding } from "./finding";
import { flowOf, signInLines } from "./sign-in-timeline";
import { Waiting } from "./waiting";

export type SignInStepProps = {
  view: AttemptView;
  signIn: SignInView;
  begun: Begun;
  /** Reauthorize of a connection that stands. */
  again: boolean;
  onBack: () => void;
  /** Back to the form, with another way back from the browser. */
  onWay: (way: WayView) => void;
  onConnector: (step: ConnectorStepView) => void;
  onRedirects: () => void;
  onDiscard: () => void;
  onAnother: () => void;
  onOpen: () => void;
  onClose: () => void;
};

/** The sign-in, live: what has happened, what is waited for, and what came of it. */
export function SignInStep(props: SignInStepProps) {
  const { view, signIn, begun, again } = props;
  const retry = useAct("retry_attempt");
  const keep = useAct("keep_attempt");
  const { device } = signIn;
  const waits = view.state === "signing_in";
  const now = useSeconds(waits);
  const undecided = view.state === "refused" || view.state === "could_not_check";
  const steps = again ? texts.stepsAgain : texts.steps;
  const place = steps.length - (view.state === "connected" ? 1 : 2);
  const { onBack, onWay, onConnector, onRedirects } = props;
  const body = (
    <>
      {device ? (
        <DeviceCode attempt={view.attempt} device={device} signIn={signIn} now={now} />
      ) : (
        <Waiting attempt={view.attempt} signIn={signIn} />
      )}
      <ErrorPage
        attempt={view.attempt}
        service={view.connector_name}
        ways={{ onBack, onWay, onConnector, onRedirects, redirectUri: signIn.redirect_uri }}
      />
    </>
  );
  const lines = signInLines(view, signIn).map(({ rung, ...line }): TimelineStep => {
    if (rung !== "waiting" || !waits || line.state !== "now") return line;
    return { ...line, body, ...(signIn.until && { time: countdown(signIn.until, now) }) };
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
          {device && waits ? (
            <DeviceAside device={device} />
          ) : (
            <Facts view={view} signIn={signIn} begun={begun} />
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
            <Button
              kind="primary"
              autoFocus
              busy={retry.busy}
              onPress={() => void retry.run({ attempt: view.attempt })}
            >
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

type HeadProps = { view: AttemptView; again: boolean; onClose: () => void; children?: ReactNode };

export function SignInHead({ view, again, onClose, children }: HeadProps) {
  return (
    <DialogHead
      title={again ? connect.again(view.name) : connect.to(view.connector_name)}
      subtitle={again ? view.connector_name : view.name}
      before={<ConnectorTile connector={view.connector} name={view.connector_name} size={32} />}
      onClose={onClose}
    >
      {children}
    </DialogHead>
  );
}

/** One line of what goes on just now, for as long as it does. */
function Doing({ view, signIn, now }: { view: AttemptView; signIn: SignInView; now: number }) {
  return (
    <span className="t3 small row">
      <Icon of={RadioTower} size={14} />
      <span className="num">{doing(view, signIn, now)}</span>
    </span>
  );
}

function doing({ state }: AttemptView, { until, device, way, redirect_uri: uri }: SignInView, now: number) {
  if (state === "exchanging") return texts.exchanging;
  if (state === "verifying") return texts.verifying;
  if (state === "starting" || until === null) return texts.starting;
  if (device) return texts.polling;
  const left = countdown(until, now);
  if (way === "manual") return texts.pasteFor(left);
  if (way === "pin") return texts.pinFor(left);
  return way === "loopback" && uri && URL.canParse(uri)
    ? texts.listening(new URL(uri).host, left)
    : texts.waitingFor(left);
}

/** What was not given is said, with what it means. A service that tells nothing gave what was asked. */
function Lacking({ signIn: { requested, granted } }: { signIn: SignInView }) {
  if (granted.length === 0) return null;
  const lacking = requested.filter((each) => !granted.includes(each)).length;
  return lacking > 0 ? <Note kind="warn">{texts.lacks(lacking)}</Note> : null;
}

function Facts({ view, signIn, begun }: { view: AttemptView; signIn: SignInView; begun: Begun }) {
  const { facts } = texts;
  const { requested, granted } = signIn;
  const told = granted.length > 0;
  return (
    <>
      <dl className="facts small">
        <dt>{facts.name}</dt>
        <dd className="med wrap">{view.name}</dd>
        {begun.environment && (
          <>
            <dt>{facts.environment}</dt>
            <dd>
              <EnvironmentMark environment={begun.environment} />
            </dd>
          </>
        )}
        <dt>{facts.permissions}</dt>
        <dd>
          {requested.length === 0 ? (
            <span className="t3">{facts.none}</span>
          ) : (
            <ul className="asked">
              {requested.map((value) => (
                <Asked
                  key={value}
                  name={begun.names.get(value) ?? value}
                  given={told ? granted.includes(value) : null}
                />
              ))}
            </ul>
          )}
        </dd>
      </dl>
      <p className="hint row attempt__promise">
        <Icon of={Lock} size={14} />
        {flowOf(signIn) === "direct" ? connect.promise : texts.promise(view.connector_name)}
      </p>
    </>
  );
}

/** A permission that was asked for; once the service has told, whether it was given. */
function Asked({ name, given }: { name: string; given: boolean | null }) {
  if (given === null) return <li className="wrap">{name}</li>;
  return (
    <li className="row row-1">
      <span
        className={given ? "t-ok" : "t-warn"}
        role="img"
        aria-label={given ? texts.given : texts.notGiven}
      >
        <Icon of={given ? Check : CircleMinus} size={14} />
      </span>
      <span className="wrap">{name}</span>
    </li>
  );
}
