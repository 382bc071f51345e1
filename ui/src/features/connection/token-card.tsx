import { RefreshCw, ShieldQuestion } from "lucide-react";
import { useState } from "react";
import { Button } from "../../components/button";
import { ErrorNote } from "../../components/notes";
import { useAct } from "../../ipc/act";
import type { ConnectionView, IntrospectionView } from "../../ipc/generated";
import { fullMoment, left, moment } from "../../lib/time";
import { useNow } from "../../lib/use-now";
import { texts } from "../../texts/connection";
import { AccessCheck } from "./access-check";

const t = texts.token;

/** How long the token is good for, and how it goes on. The token itself never comes here. */
export function TokenCard({ view, onFailed }: { view: ConnectionView; onFailed: () => void }) {
  const now = useNow();
  const refresh = useAct("refresh_connection");
  const ask = useAct("introspect_connection");
  const [said, setSaid] = useState<IntrospectionView | null>(null);
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
            onPress={() => {
              setSaid(null);
              void refresh.run({ connection: row.id }).then((fresh) => fresh ?? onFailed());
            }}
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
      {view.can_introspect && (
        <div className="card__body">
          <Button
            size="sm"
            icon={ShieldQuestion}
            busy={ask.busy}
            isDisabled={row.status.kind === "disabled"}
            onPress={() => void ask.run({ connection: row.id }).then((found) => setSaid(found ?? null))}
          >
            {texts.access.ask}
          </Button>
        </div>
      )}
      <AccessCheck said={said} error={ask.error} />
      {refresh.error && (
        <div className="card__body">
          <ErrorNote error={refresh.error} />
        </div>
      )}
    </section>
  );
}
