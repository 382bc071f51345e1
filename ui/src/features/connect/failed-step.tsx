import { ClipboardCopy, RefreshCw } from "lucide-react";
import { Button } from "../../components/button";
import { Evidence } from "../../components/evidence";
import { ErrorNote } from "../../components/notes";
import { Stepper } from "../../components/stepper";
import { Timeline, type TimelineStep } from "../../components/timeline";
import { useAct } from "../../ipc/act";
import type { AttemptView, Cause, FailureView, SignInView } from "../../ipc/contract";
import type { WayView } from "../../ipc/generated";
import { copyText } from "../../lib/clipboard";
import { texts as connect } from "../../texts/connect";
import { texts } from "../../texts/sign-in";
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
  onConnector: () => void;
  onBack: () => void;
  onClose: () => void;
};

/** Why a sign-in failed: what happened, what is safe, ranked causes with a way out each, and the evidence. */
export function FailedStep({ view, signIn, failure, again, ...go }: FailedStepProps) {
  const retry = useAct("retry_attempt");
  const { attempt } = view;
  const { causes = [], evidence = [] } = failure;
  const act = (cause: Cause) => {
    const { action } = cause;
    switch (action.kind) {
      case "redirect":
        return go.onWay(action.way);
      case "again":
        return void retry.run({ attempt });
      case "copy_redirect":
        return void (signIn.redirect_uri && copyText(signIn.redirect_uri));
      case "connector":
        return go.onConnector();
    }
  };
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
            <>
              <p className="row diagnosis__head">
                <span className="med grow">{t.whatToTry}</span>
                <span className="t3 small">{t.likeliestFirst}</span>
              </p>
              <ol className="card">
                {causes.map((cause, index) => (
                  <CauseLine
                    key={cause.title}
                    cause={cause}
                    place={index + 1}
                    busy={retry.busy}
                    onAct={() => act(cause)}
                  />
                ))}
              </ol>
            </>
          )}
          {evidence.length > 0 && (
            <details className="card diagnosis__evidence" open>
              <summary className="row">
                <span className="med">{t.evidence}</span>
                <span className="t3 small">{t.exchanges(evidence.length)}</span>
              </summary>
              {evidence.map((exchange) => (
                <Evidence exchange={exchange} key={exchange.id} />
              ))}
            </details>
          )}
        </div>
      </div>
      <footer className="dialog__foot">
        <Button
          kind="ghost"
          icon={ClipboardCopy}
          className="pull"
          onPress={() => void copyText(reportOf(failure))}
        >
          {t.copyReport}
        </Button>
        <span className="t3 small hide-sm">{t.safeToShare}</span>
        <span className="push" />
        {failure.code === "redirect_uri_mismatch" && causes.length === 0 && signIn.redirect_uri && (
          <Button onPress={() => void (signIn.redirect_uri && copyText(signIn.redirect_uri))}>
            {t.actions.copy_redirect}
          </Button>
        )}
        {causes.length === 0 && <Button onPress={go.onConnector}>{t.actions.connector}</Button>}
        <Button onPress={go.onBack}>{texts.back}</Button>
        <Button
          icon={RefreshCw}
          kind={causes.length === 0 ? "primary" : "default"}
          busy={retry.busy}
          onPress={() => void retry.run({ attempt })}
        >
          {connect.tryAgain}
        </Button>
      </footer>
    </>
  );
}

type CauseLineProps = { cause: Cause; place: number; busy: boolean; onAct: () => void };

function CauseLine({ cause, place, busy, onAct }: CauseLineProps) {
  const { action } = cause;
  const name = action.kind === "redirect" ? t.actions.redirect[action.way] : t.actions[action.kind];
  return (
    <li className="cause">
      <span className="stepno" aria-hidden>
        {place}
      </span>
      <div>
        <p className="row cause__title">
          <span className="med">{cause.title}</span>
          <span className="t3 small">{t.likelihood[cause.likelihood]}</span>
        </p>
        <p className="hint">{cause.detail}</p>
      </div>
      <Button
        kind={place === 1 ? "primary" : "default"}
        autoFocus={place === 1}
        isDisabled={busy}
        onPress={onAct}
      >
        {name}
      </Button>
    </li>
  );
}

/** The failure as text to pass on. The core has taken the secrets out of what it tells. */
function reportOf({ happened, safe, action, said, causes = [], evidence = [] }: FailureView): string {
  const tried = causes.map((cause, index) => `${index + 1}. ${cause.title}. ${cause.detail}`);
  const exchanged = evidence.map((each) =>
    [
      `${each.method} ${each.url}`,
      ...each.request_headers.map(([name, value]) => `${name}: ${value}`),
      "",
      String(each.status ?? each.no_reply ?? ""),
      ...each.headers.map(([name, value]) => `${name}: ${value}`),
      each.body_shape ?? "",
    ].join("\n"),
  );
  return [`${happened} ${safe} ${action}`, said, tried.join("\n"), ...exchanged].filter(Boolean).join("\n\n");
}
