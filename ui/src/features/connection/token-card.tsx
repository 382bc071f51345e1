import { RefreshCw } from "lucide-react";
import { Button } from "../../components/button";
import { ErrorNote } from "../../components/notes";
import { useAct } from "../../ipc/act";
import type { TokenView } from "../../ipc/contract";
import { useKnows } from "../../ipc/host-context";
import { fullMoment, left, moment } from "../../lib/time";
import { useNow } from "../../lib/use-now";
import { texts } from "../../texts/connection";

const t = texts.token;

/** How long the token is good for, and how it goes on. The token itself never comes here. */
export function TokenCard({ connection, token }: { connection: string; token: TokenView }) {
  const now = useNow();
  const refresh = useAct("refresh_connection");
  const canRefresh = useKnows("refresh_connection") && token.renews;
  const { issued_at: from, expires_at: until } = token;
  return (
    <section className="card" aria-label={t.title}>
      <header className="card__head">
        <h2>{t.title}</h2>
        {canRefresh && (
          <Button
            size="sm"
            kind="ghost"
            icon={RefreshCw}
            busy={refresh.busy}
            onPress={() => void refresh.run({ connection })}
          >
            {t.refresh}
          </Button>
        )}
      </header>
      {until && (
        <p className="row token__life">
          <span className="life__bar" style={{ "--v": `${shareLeft(from, until, now)}%` }}>
            <i />
          </span>
          <span className="num small t2 nowrap">{left(until, now)}</span>
        </p>
      )}
      <dl className="facts facts--side facts--ruled facts--card">
        <dt>{t.issued}</dt>
        <dd title={fullMoment(from)}>{moment(from, now)}</dd>
        <dt>{t.expires}</dt>
        <dd title={until ? fullMoment(until) : undefined}>
          {until ? moment(until, now) : t.never}
          {token.expiry === "assumed" && <span className="hint token__hint">{t.assumed}</span>}
        </dd>
        <dt>{t.renewal}</dt>
        <dd>{token.renews ? t.byItself : until ? t.byYou : t.notNeeded}</dd>
        {token.refreshed > 0 && (
          <>
            <dt>{t.refreshed}</dt>
            <dd>{t.times(token.refreshed)}</dd>
          </>
        )}
      </dl>
      {refresh.error && (
        <div className="card__body">
          <ErrorNote error={refresh.error} />
        </div>
      )}
    </section>
  );
}

function shareLeft(from: string, until: string, now: number): number {
  const whole = Date.parse(until) - Date.parse(from);
  return whole > 0 ? Math.min(100, Math.max(0, ((Date.parse(until) - now) / whole) * 100)) : 0;
}
