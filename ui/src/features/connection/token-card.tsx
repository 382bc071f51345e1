import { RefreshCw } from "lucide-react";
import { Button } from "../../components/button";
import { ErrorNote } from "../../components/notes";
import { useAct } from "../../ipc/act";
import type { ConnectionView } from "../../ipc/generated";
import { fullMoment, left, moment } from "../../lib/time";
import { useNow } from "../../lib/use-now";
import { texts } from "../../texts/connection";

const t = texts.token;

/** How long the token is good for, and how it goes on. The token itself never comes here. */
export function TokenCard({ view }: { view: ConnectionView }) {
  const now = useNow();
  const refresh = useAct("refresh_connection");
  const { row, can_refresh: renews } = view;
  const until = row.expires_at;
  return (
    <section className="card" aria-label={t.title}>
      <header className="card__head">
        <h2>{t.title}</h2>
        {renews && (
          <Button
            size="sm"
            kind="ghost"
            icon={RefreshCw}
            busy={refresh.busy}
            onPress={() => void refresh.run({ connection: row.id })}
          >
            {t.refresh}
          </Button>
        )}
      </header>
      <dl className="facts facts--side facts--ruled facts--card">
        <dt>{t.expires}</dt>
        <dd title={until ? fullMoment(until) : undefined}>
          {until ? `${moment(until, now)}, ${left(until, now).toLowerCase()}` : t.notTold}
        </dd>
        <dt>{t.renewal}</dt>
        <dd>{renews ? t.byItself : t.byYou}</dd>
      </dl>
      {refresh.error && (
        <div className="card__body">
          <ErrorNote error={refresh.error} />
        </div>
      )}
    </section>
  );
}
