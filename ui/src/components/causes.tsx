import type { CauseView, EvidenceView, RunView } from "../ipc/generated";
import { ago, fullMoment } from "../lib/time";
import { useNow } from "../lib/use-now";
import { texts } from "../texts/sign-in";
import { Button } from "./button";

const t = texts.diagnosis;

type CausesProps = {
  causes: readonly CauseView[];
  busy: boolean;
  /** Whether the first button is what comes next, and takes the focus: in a dialog. */
  focuses?: boolean;
  /** Does what helps; what only a person can do elsewhere has no button. */
  onRun: (run: RunView) => void;
};

/** What may have caused a failure, the likeliest first, each with what helps. */
export function Causes({ causes, busy, focuses = true, onRun }: CausesProps) {
  const first = causes.findIndex(({ action }) => action.run.kind !== "elsewhere");
  return (
    <>
      <p className="row diagnosis__head">
        <span className="med grow">{t.whatToTry}</span>
        <span className="t3 small">{t.likeliestFirst}</span>
      </p>
      <ol className="card">
        {causes.map((cause, index) => (
          <li className="cause" key={cause.cause}>
            <span className="stepno" aria-hidden>
              {index + 1}
            </span>
            <div>
              <p className="row cause__title">
                <span className="med">{cause.title}</span>
                <span className="t3 small">{t.likelihood[cause.likelihood]}</span>
              </p>
              <p className="hint">
                {cause.action.run.kind === "elsewhere" && `${cause.action.label}. `}
                {index === 0 && `${cause.safe} `}
                {cause.others}
              </p>
            </div>
            {cause.action.run.kind !== "elsewhere" && (
              <Button
                kind={focuses && index === first ? "primary" : "default"}
                autoFocus={focuses && index === first}
                isDisabled={busy}
                onPress={() => onRun(cause.action.run)}
              >
                {cause.action.label}
              </Button>
            )}
          </li>
        ))}
      </ol>
    </>
  );
}

type ExchangedProps = {
  evidence: EvidenceView;
  /** When, where that was not just now. */
  at?: string | null;
};

/** What was exchanged, secrets removed; what shows the likeliest cause is marked. */
export function Exchanged({ evidence, at = null }: ExchangedProps) {
  const now = useNow();
  const { sent, came, known, quotes } = evidence;
  return (
    <details className="card diagnosis__evidence" open>
      <summary className="row">
        <span className="med">{t.evidence}</span>
        <span className="t3 small">{t.redacted}</span>
        {at !== null && (
          <time className="t3 small push" dateTime={at} title={fullMoment(at)}>
            {ago(at, now)}
          </time>
        )}
      </summary>
      <div className="http evidence" role="group" aria-label={t.evidence}>
        {[sent, came, known].map(
          (lines, part) =>
            lines.length > 0 && (
              <pre key={part}>
                {lines.map((line) => (
                  <span className="l" key={line}>
                    {marked(line, quotes)}
                  </span>
                ))}
              </pre>
            ),
        )}
      </div>
    </details>
  );
}

/** A line with the first of the quotes in it marked. */
function marked(line: string, quotes: readonly string[]) {
  const quote = quotes.find((each) => each !== "" && line.includes(each));
  if (quote === undefined) return line;
  const at = line.indexOf(quote);
  return (
    <>
      {line.slice(0, at)}
      <mark>{quote}</mark>
      {line.slice(at + quote.length)}
    </>
  );
}
