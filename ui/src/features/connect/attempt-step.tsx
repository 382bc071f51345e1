import { useNavigate } from "@tanstack/react-router";
import { Lock } from "lucide-react";
import { useEffect } from "react";
import { EnvironmentMark } from "../../components/badge";
import { Button } from "../../components/button";
import { Causes, Exchanged } from "../../components/causes";
import { DialogHead } from "../../components/dialog";
import { Icon } from "../../components/icon";
import { Jack } from "../../components/jack";
import { ErrorNote } from "../../components/notes";
import { Stepper } from "../../components/stepper";
import { ConnectorTile } from "../connectors/connector-tile";
import { Timeline, type TimelineStep } from "../../components/timeline";
import { useAct } from "../../ipc/act";
import { useAsk } from "../../ipc/ask";
import type { AttemptView, ConnectionView, ConnectorStepView, WayView } from "../../ipc/generated";
import { isLab } from "../../lib/environment";
import { texts } from "../../texts/connect";
import { texts as http } from "../../texts/http";
import { AccountStep } from "./account-step";
import { AddressStep } from "./address-step";
import type { Begun } from "./begun";
import { FailedStep } from "./failed-step";
import { Finding } from "./finding";
import { runCause } from "./run-cause";
import { SignInStep } from "./sign-in-step";

/** In case a change tag is lost: the attempt is looked at again while it is under way. */
const LOOK_AGAIN_MS = 1000;

type AttemptStepProps = {
  begun: Begun;
  existing?: ConnectionView;
  onDiscard: () => void;
  onTypeAgain: () => void;
  onAnother: () => void;
  /** To the connector in the builder, where the cause is mended. */
  onConnector: (step: ConnectorStepView) => void;
  onRedirects: () => void;
  onWay: (way: WayView) => void;
  onClose: () => void;
};

/** Verify under way, and what it found: done, refused, or could not check. */
export function AttemptStep({
  begun,
  existing,
  onDiscard,
  onTypeAgain,
  onAnother,
  onConnector,
  onRedirects,
  onWay,
  onClose,
}: AttemptStepProps) {
  const { attempt } = begun;
  const standing = useAsk("show_attempt", { attempt });
  const keep = useAct("keep_attempt");
  const retry = useAct("retry_attempt");
  const navigate = useNavigate();
  const view = standing.data;
  const { refetch } = standing;
  const running =
    view !== undefined && ["starting", "signing_in", "exchanging", "verifying"].includes(view.state);
  useEffect(() => {
    if (!running) return;
    const timer = setInterval(() => void refetch(), LOOK_AGAIN_MS);
    return () => clearInterval(timer);
  }, [running, refetch]);
  if (!view) return standing.error ? <ErrorNote error={standing.error} /> : null;
  const open = () => {
    onClose();
    if (view.connection)
      void navigate({ to: "/connections/$connection", params: { connection: view.connection } });
  };
  const signIn = view.sign_in;
  const again = existing !== undefined;
  if (signIn && existing && view.state === "another_account")
    return <AccountStep {...{ view, signIn, existing }} onKeepOld={onDiscard} onAgain={onTypeAgain} />;
  if (signIn && view.state === "new_addresses")
    return <AddressStep {...{ view, again, onDiscard, onClose }} addresses={signIn.new_addresses} />;
  if (signIn?.failure && view.state === "failed") {
    const { failure } = signIn;
    return (
      <FailedStep
        {...{ view, signIn, failure, again, onWay, onConnector, onRedirects, onClose }}
        onBack={onTypeAgain}
      />
    );
  }
  if (signIn) {
    return (
      <SignInStep
        {...{ view, signIn, begun, again, onDiscard, onAnother, onClose }}
        {...{ onWay, onConnector, onRedirects }}
        onBack={onTypeAgain}
        onOpen={open}
      />
    );
  }
  const steps = existing ? texts.stepsAgain : texts.steps;
  const verifyAt = steps.length - 2;
  const isDone = view.state === "connected";
  const undecided = view.state === "refused" || view.state === "could_not_check";
  const error = keep.error ?? retry.error;
  const tryAgain = () => void retry.run({ attempt });
  const ways = { tryAgain, onBack: onTypeAgain, onWay, onConnector, onRedirects, redirectUri: null };
  return (
    <>
      <DialogHead
        title={existing ? texts.again(view.name) : texts.to(view.connector_name)}
        subtitle={view.name}
        before={<ConnectorTile connector={view.connector} name={view.connector_name} size={32} />}
        onClose={onClose}
      >
        <Stepper steps={steps} current={isDone ? verifyAt + 1 : verifyAt} bad={undecided} />
      </DialogHead>
      <div className="attempt">
        <div className="attempt__main">
          <Timeline label={texts.timeline.label} steps={timelineOf(view)} />
          {undecided && <Finding view={view} />}
          {undecided && view.diagnosis && (
            <Causes causes={view.diagnosis.causes} busy={retry.busy} onRun={(run) => runCause(run, ways)} />
          )}
          {undecided && view.diagnosis && <Exchanged evidence={view.diagnosis.evidence} />}
          {error && <ErrorNote error={error} />}
        </div>
        <aside className="attempt__side">
          <dl className="facts small">
            <dt>{texts.facts.name}</dt>
            <dd className="med wrap">{view.name}</dd>
            <dt>{texts.facts.connector}</dt>
            <dd className="wrap">{view.connector_name}</dd>
            <dt>{texts.facts.environment}</dt>
            <dd>
              <EnvironmentMark environment={view.environment} />
            </dd>
          </dl>
          <p className="hint row attempt__promise">
            <Icon of={Lock} size={14} />
            {undecided ? texts.whatToDo : isLab(view.environment) ? texts.labPromise : texts.promise}
          </p>
        </aside>
      </div>
      <footer className="dialog__foot">
        {isDone && (
          <>
            <span className="row small">
              <Jack
                shape={
                  view.verification?.outcome === "refused" ? "bad" : isLab(view.environment) ? "lab" : "ok"
                }
              />
              {texts.timeline.connected}
            </span>
            <span className="push" />
            {!existing && <Button onPress={onAnother}>{texts.anotherOne}</Button>}
            <Button kind="primary" autoFocus onPress={open}>
              {texts.open}
            </Button>
          </>
        )}
        {undecided && (
          <>
            <Button kind="ghost-danger" className="pull" onPress={onDiscard}>
              {texts.discard}
            </Button>
            <span className="push" />
            <Button busy={keep.busy} onPress={() => void keep.run({ attempt })}>
              {texts.keep}
            </Button>
            {view.state === "refused" && <Button onPress={onTypeAgain}>{texts.typeAgain}</Button>}
            <Button kind="primary" autoFocus busy={retry.busy} onPress={() => void retry.run({ attempt })}>
              {texts.tryAgain}
            </Button>
          </>
        )}
        {running && (
          <Button className="push" onPress={onClose}>
            {texts.close}
          </Button>
        )}
      </footer>
    </>
  );
}

function timelineOf({ state, verification, connector_name, environment }: AttemptView): TimelineStep[] {
  const t = texts.timeline;
  const [asking, asked, refused] = isLab(environment)
    ? [t.askingLab, t.labAnswered, t.refusedByLab]
    : [t.asking(connector_name), t.asked(connector_name), t.refused(connector_name)];
  const sealed: TimelineStep = { state: "done", title: t.sealed };
  const answered = verification?.status ? http.answered(verification.status, verification.millis) : undefined;
  switch (state) {
    case "refused":
      return [
        sealed,
        { state: "bad", title: refused, detail: answered },
        { state: "next", title: t.verified },
      ];
    case "could_not_check":
      return [
        sealed,
        { state: "bad", title: t.couldNotCheck, detail: answered },
        { state: "next", title: t.verified },
      ];
    case "connected":
      return verification?.outcome === "works"
        ? [
            sealed,
            { state: "done", title: asked, detail: answered },
            { state: "ok", title: verification.account ? t.verifiedAs(verification.account) : t.verified },
          ]
        : [sealed, { state: "done", title: t.notVerified, detail: verification?.sentence }];
    default:
      return [sealed, { state: "now", title: asking }, { state: "next", title: t.verified }];
  }
}
