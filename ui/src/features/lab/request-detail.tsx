import { Check, Copy, X } from "lucide-react";
import { Badge } from "../../components/badge";
import { Breakable } from "../../components/breakable";
import { IconButton } from "../../components/button";
import { Icon } from "../../components/icon";
import type { LabRequest, LabStep } from "../../ipc/generated";
import { copyText } from "../../lib/clipboard";
import { clockTime, fullMoment } from "../../lib/time";
import { texts } from "../../texts/lab";
import { bodyOf, pathOf, sentText } from "./request-lines";

const t = texts.log;

type RequestDetailProps = {
  request: LabRequest;
  /** The connector's shown name. */
  connector: string;
  onClose: () => void;
};

/** One request: what the Lab did, what it checked step by step, and what was sent. Secrets were masked in the core. */
export function RequestDetail({ request, connector, onClose }: RequestDetailProps) {
  const { method, status, outcome } = request;
  const isBad = status === null || status >= 400;
  return (
    <section className="log__detail" aria-label={t.detail}>
      <header className="log__title">
        <div className="grow">
          <h3 className="mono wrap">
            {method} <Breakable text={request.path} />
          </h3>
          <p className="hint wrap">
            {connector}, {request.host}
            <br />
            <time dateTime={request.at} title={fullMoment(request.at)}>
              {clockTime(request.at)}
            </time>
            , {t.millis(request.millis)}
          </p>
        </div>
        <IconButton size="sm" icon={X} label={t.close} tip={false} onPress={onClose} />
      </header>
      <p className="row log__outcome">
        <Badge kind={isBad ? "bad" : "ok"}>{status ?? t.noStatus}</Badge>
        <span className="med">{t.outcomes[outcome]}</span>
      </p>
      <h4>{t.checked}</h4>
      {request.steps.length > 0 ? <Steps steps={request.steps} /> : <p className="t3">{t.nothingChecked}</p>}
      <Sent request={request} />
    </section>
  );
}

function Steps({ steps }: { steps: readonly LabStep[] }) {
  return (
    <ul className="steps">
      {steps.map(({ what, ok, detail }, index) => (
        // oxlint-disable-next-line react/no-array-index-key -- two steps may be told alike
        <li key={index} className={ok ? undefined : "is-bad"}>
          <Icon of={ok ? Check : X} size={14} />
          <span className="sr">{t.step(ok)} </span>
          <span className="wrap">
            {what}: {detail}
          </span>
        </li>
      ))}
    </ul>
  );
}

function Sent({ request }: { request: LabRequest }) {
  const body = bodyOf(request.body);
  return (
    <div className="http">
      <div className="http__bar">
        <h4 className="grow">{t.sent}</h4>
        <IconButton
          size="sm"
          icon={Copy}
          label={t.copySent}
          onPress={() => void copyText(sentText(request))}
        />
      </div>
      <pre>
        <span className="l">
          <span className="hm">{request.method}</span> <Breakable text={pathOf(request)} />
        </span>
        {request.headers.map(({ name, value }, index) => (
          // oxlint-disable-next-line react/no-array-index-key -- a header may be sent twice
          <span className="l" key={index}>
            <span className="hk">{name}: </span>
            {value}
          </span>
        ))}
        {body && (
          <>
            <span className="gap" />
            <span className="hint">{body.title}</span>
            {body.text && `\n${body.text}`}
          </>
        )}
      </pre>
    </div>
  );
}
