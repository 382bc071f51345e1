import { Timer, X } from "lucide-react";
import { Icon } from "../../components/icon";
import type { AttemptView } from "../../ipc/generated";
import { texts } from "../../texts/connect";

/** What the service said, what is safe, and what to do: an alert. */
export function Finding({ view: { verification, state, connector_name } }: { view: AttemptView }) {
  if (!verification) return null;
  return (
    <div className="finding" role="alert">
      <h2>
        <span className={state === "refused" ? "t-bad" : "t-warn"}>
          <Icon of={state === "refused" ? X : Timer} />
        </span>
        {verification.sentence}
      </h2>
      {verification.advice && <p className="t2">{verification.advice}</p>}
      {verification.said && (
        <figure className="said">
          <figcaption className="hint">{texts.said(connector_name)}</figcaption>
          <blockquote className="code sel">{verification.said}</blockquote>
        </figure>
      )}
    </div>
  );
}
