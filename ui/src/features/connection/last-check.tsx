import { Link } from "@tanstack/react-router";
import { Timer } from "lucide-react";
import { Icon } from "../../components/icon";
import { Jack } from "../../components/jack";
import { ErrorNote } from "../../components/notes";
import type { ConnectionView, VerificationView } from "../../ipc/generated";
import { ago } from "../../lib/time";
import { useNow } from "../../lib/use-now";
import { texts } from "../../texts/connection";
import { texts as http } from "../../texts/http";
import type { Verifying } from "./use-verification";

/** What the last verify found: works, refused, or could not check. */
export function LastCheck({ view, verification }: { view: ConnectionView; verification: Verifying }) {
  const now = useNow();
  const { check } = texts;
  const { result, busy, error } = verification;
  return (
    <section className="card" aria-live="polite">
      <header className="card__head">
        <h2>{check.title}</h2>
        {view.verify_request && <code className="t3 card__aside">{view.verify_request}</code>}
      </header>
      {error && (
        <div className="card__body">
          <ErrorNote error={error} />
        </div>
      )}
      {busy ? (
        <div className="res">
          <Jack shape="busy" />
          <p>{check.running}</p>
        </div>
      ) : result ? (
        <VerificationResult result={result} />
      ) : !view.verify_request ? (
        <div className="res">
          <Icon of={Timer} className="t3" />
          <div>
            <p>{check.noRequest}</p>
            <Link
              to="/connectors/$connector/$step"
              params={{ connector: view.row.connector.id, step: "verify" }}
            >
              {check.addRequest}
            </Link>
          </div>
        </div>
      ) : view.trouble ? (
        <div className="res">
          <Jack shape="bad" />
          <p>{check.failedAt(view.failed_at && ago(view.failed_at, now).toLowerCase())}</p>
        </div>
      ) : view.row.verified_at ? (
        <div className="res">
          <Jack shape="ok" />
          <p>{check.verifiedAt(ago(view.row.verified_at, now).toLowerCase())}</p>
        </div>
      ) : (
        <div className="res">
          <Jack shape="off" />
          <div>
            <p>{check.never}</p>
            <p className="hint">{check.neverHint(view.verify_request)}</p>
          </div>
        </div>
      )}
    </section>
  );
}

export function VerificationResult({ result }: { result: VerificationView }) {
  return (
    <div className="res">
      {result.outcome === "could_not_check" ? (
        <span className="t-warn">
          <Icon of={Timer} />
        </span>
      ) : (
        <Jack shape={result.outcome === "works" ? "ok" : "bad"} />
      )}
      <div className="grow">
        <p className="med">{texts.outcome[result.outcome]}</p>
        <p className="t2">{result.sentence}</p>
        {result.advice && <p className="t2">{result.advice}</p>}
        {result.said && (
          <figure className="said">
            <figcaption className="hint">{texts.check.said}</figcaption>
            <blockquote className="code sel">{result.said}</blockquote>
          </figure>
        )}
      </div>
      {result.status !== null && result.millis !== null && (
        <span className="t3 small num nowrap">{http.answered(result.status, result.millis)}</span>
      )}
    </div>
  );
}
