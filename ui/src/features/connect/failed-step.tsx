import { ClipboardCopy, RefreshCw } from "lucide-react";
import { Button } from "../../components/button";
import { Causes, Exchanged } from "../../components/causes";
import { ErrorNote } from "../../components/notes";
import { Stepper } from "../../components/stepper";
import { Timeline, type TimelineStep } from "../../components/timeline";
import { useAct } from "../../ipc/act";

import type {
  AttemptView,
  ConnectorStepView,
  DiagnosisView,
  FailureView,
  SignInView,
  WayView,
} from "../../ipc/generated";
import { copyText } from "../../lib/clipboard";
import { texts as connect } from "../../texts/connect";
import { texts } from "../../texts/sign-in";
import { runCause } from "./run-cause";
import { SignInHead } from "./sign-in-step";
import { signInLines } from "./sign-in-timeline";

const t = texts.diagnosis;

type FailedStepProps = {
  view: AttemptView;
  signIn: SignInView;
  failure: FailureView;
  again: boolean;
  /** Back to the form, with another way back from the browser. */
  onWay: (way: WayView) => void;
  onConnector: (step: ConnectorStepView) => void;
  onRedirects: () => void;
  onBack: () => void;
  onClose: () => void;
};

/** Why a sign-in failed: what happened, what is safe, ranked causes with a way out each, and the evidence. */
export function FailedStep({ view, signIn, failure, again, ...go }: FailedStepProps) {
  const retry = useAct("retry_attempt");
  const { attempt, diagnosis } = view;
  const causes = diagnosis?.causes ?? [];
  const tryAgain = () => void retry.run({ attempt });
  const steps = again ? texts.stepsAgain : texts.steps;
  const lines = signInLines(view, signIn).map(({ rung: _, ...line }): TimelineStep => line);
  return (
    <>
      <SignInHead view={view} again={again} onClose={go.onClose}>
        <Stepper steps={steps} current={steps.length - 2} bad />
      </SignInHead>
      <div className="diagnosis">
        <div className="diagnosis__rail">
          <Timeline label={texts.progress} steps={lines} />
        </div>
        <div className="diagnosis__main" role="alert">
          <h2 className="diagnosis__title">{failure.happened}</h2>
          <p className="t2 diagnosis__say">{failure.safe}</p>
          {causes.length === 0 && <p className="diagnosis__say">{failure.action}</p>}
          {failure.said && (
            <figure className="said">
              <figcaption className="hint">{connect.said(view.connector_name)}</figcaption>
              <blockquote className="code sel">{failure.said}</blockquote>
            </figure>
          )}
          {retry.error && <ErrorNote error={retry.error} />}
          {causes.length > 0 && (
            <Causes
              causes={causes}
              busy={retry.busy}
              onRun={(run) => runCause(run, { ...go, tryAgain, redirectUri: signIn.redirect_uri })}
            />
          )}
          {diagnosis && <Exchanged evidence={diagnosis.evidence} />}
        </div>
      </div>
      <footer className="dialog__foot">
        <Button
          kind="ghost"
          icon={ClipboardCopy}
          className="pull"
          onPress={() => void copyText(reportOf(failure, diagnosis))}
        >
          {t.copyReport}
        </Button>
        <span className="t3 small hide-sm">{t.safeToShare}</span>
        <span className="push" />
        {causes.length === 0 && <Button onPress={() => go.onConnector("security")}>{t.connector}</Button>}
        <Button onPress={go.onBack}>{texts.back}</Button>
        <Button
          icon={RefreshCw}
          kind={causes.length === 0 ? "primary" : "default"}
          busy={retry.busy}
          onPress={tryAgain}
        >
          {connect.tryAgain}
        </Button>
      </footer>
    </>
  );
}

/** The failure as text to pass on. The core has taken the secrets out of what it tells. */
function reportOf({ happened, safe, action, said }: FailureView, diagnosis?: DiagnosisView): string {
  const tried = diagnosis?.causes.map(({ title, action: { label } }, at) => `${at + 1}. ${title}. ${label}.`);
  const { sent = [], came = [], known = [] } = diagnosis?.evidence ?? {};
  const parts = [[`${happened} ${safe} ${action}`, said ?? ""], tried ?? [], sent, came, known];
  return parts
    .map((lines) => lines.filter(Boolean).join("\n"))
    .filter(Boolean)
    .join("\n\n");
}
