import { ErrorNote } from "../../components/notes";
import { Jack } from "../../components/jack";
import type { ErrorView, IntrospectionView } from "../../ipc/generated";
import { moment } from "../../lib/time";
import { useNow } from "../../lib/use-now";
import { texts } from "../../texts/connection";

const t = texts.access;

type AccessCheckProps = { said: IntrospectionView | null; error: ErrorView | null };

/** What the service says about the access that it gave, once it was asked. */
export function AccessCheck({ said, error }: AccessCheckProps) {
  const now = useNow();
  if (error)
    return (
      <div className="card__body">
        <ErrorNote error={error} />
      </div>
    );
  if (!said) return null;
  return (
    <div className="res" role="status">
      <Jack shape={said.active ? "ok" : "bad"} />
      <div className="grow">
        <p className="med">{said.sentence}</p>
        {said.advice && <p className="t2">{said.advice}</p>}
        {said.account && <p className="t2 wrap">{t.account(said.account)}</p>}
        {said.permissions && <p className="t2 wrap">{t.permissions(said.permissions)}</p>}
        {said.expires_at && <p className="t2">{t.until(moment(said.expires_at, now))}</p>}
      </div>
    </div>
  );
}
