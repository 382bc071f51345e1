import type { ExchangeView } from "../ipc/generated";
import { texts } from "../texts/connection";

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
    </div>
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
