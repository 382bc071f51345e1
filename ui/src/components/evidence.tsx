import type { ExchangeView, ScriptRunView } from "../ipc/generated";
import { texts } from "../texts/connection";
import { texts as scripts } from "../texts/scripts";

/** One exchange as it was recorded, secrets removed. */
export function Evidence({ exchange }: { exchange: ExchangeView }) {
  return (
    <div className="http evidence" role="group" aria-label={texts.history.evidence}>
      <pre>
        <span className="l">
          <span className="hm">{exchange.method}</span> {exchange.url}
        </span>
        <HeaderLines headers={exchange.request_headers} />
      </pre>
      <pre>
        <span className="l">
          <span className="hm">{exchange.status ?? texts.history.noReply}</span> {exchange.no_reply}
        </span>
        <HeaderLines headers={exchange.headers} />
        {exchange.body_shape && (
          <>
            <span className="gap" />
            <span className="hint">{texts.history.bodyShape}</span>
            {"\n"}
            {exchange.body_shape}
          </>
        )}
      </pre>
      {exchange.scripts.length > 0 && <ScriptRuns runs={exchange.scripts} />}
    </div>
  );
}

/** What the connector's script did around the exchange, event by event. */
function ScriptRuns({ runs }: { runs: ScriptRunView[] }) {
  return (
    <ul className="evidence__scripts" aria-label={texts.history.scripts}>
      {runs.map((run) => (
        <li key={run.event}>
          <span className="mono">{run.event}</span> <span className="t3 num">{scripts.took(run.micros)}</span>
          {run.log.map((line, index) => (
            // oxlint-disable-next-line react/no-array-index-key -- lines are told apart by their place
            <span className="mono t2 evidence__line" key={index}>
              {line}
            </span>
          ))}
          {run.failure && <span className="hint hint--bad evidence__line">{run.failure}</span>}
        </li>
      ))}
    </ul>
  );
}

function HeaderLines({ headers }: { headers: [string, string][] }) {
  return headers.map(([name, value]) => (
    <span className="l" key={name + value}>
      <span className="hk">{name}: </span>
      {value}
    </span>
  ));
}
