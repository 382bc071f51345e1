import { ArrowLeftRight } from "lucide-react";
import { Button } from "../../components/button";
import { DialogHead } from "../../components/dialog";
import { Jack } from "../../components/jack";
import { ErrorNote, Note } from "../../components/notes";
import { ConnectorTile } from "../connectors/connector-tile";
import { useAct } from "../../ipc/act";
import type { AttemptView, ConnectionView, SignInView } from "../../ipc/generated";
import { ago, moment } from "../../lib/time";
import { useNow } from "../../lib/use-now";
import { texts as connect } from "../../texts/connect";
import { texts } from "../../texts/sign-in";
import { StatusJack } from "../connections/status-jack";

const t = texts.account;

type AccountStepProps = {
  view: AttemptView;
  signIn: SignInView;
  existing: ConnectionView;
  onKeepOld: () => void;
  onAgain: () => void;
};

/** Another account has signed in than the connection had: the person decides whether it takes its place. */
export function AccountStep({ view, signIn, existing, onKeepOld, onAgain }: AccountStepProps) {
  const swap = useAct("keep_attempt");
  const time = useNow();
  const { row } = existing;
  const account = signIn.account ?? t.unknown;
  const given = signIn.requested.filter((each) => signIn.granted.includes(each)).length;
  const ends = (at: string | null) => (at ? texts.goodUntil(moment(at, time)) : t.noEnd);
  const rows = [
    { name: t.rows.account, now: signIn.account_before ?? row.account ?? t.unknown, next: account },
    {
      name: t.rows.permissions,
      now: row.permissions ? t.of(row.permissions.granted, row.permissions.requested) : t.serviceDecides,
      next: signIn.granted.length > 0 ? t.of(given, signIn.requested.length) : t.serviceDecides,
    },
    { name: t.rows.token, now: ends(row.expires_at), next: ends(signIn.expires_at) },
    {
      name: t.rows.verified,
      now: row.verified_at ? ago(row.verified_at, time) : t.never,
      next: view.verification?.outcome === "works" ? ago(new Date(time).toISOString(), time) : t.notChecked,
    },
  ];
  const { error } = swap;
  return (
    <>
      <DialogHead
        title={connect.again(view.name)}
        subtitle={t.subtitle}
        before={<ConnectorTile connector={view.connector} name={view.connector_name} size={32} />}
        onClose={onKeepOld}
      />
      <div className="vs__scroll">
        <div className="vs__note">
          <Note kind="warn">
            <b className="med">{t.title}</b> {t.message(account)}
          </Note>
          {error && <ErrorNote error={error} />}
        </div>
        <table className="vs" aria-label={t.table}>
          <thead>
            <tr>
              <th scope="col">
                <span className="sr">{t.side}</span>
              </th>
              <th scope="col">
                <span className="row">
                  <StatusJack row={row} labelled={false} />
                  <span className="med">{t.now}</span>
                </span>
                <span className="hint">{t.nowHint}</span>
              </th>
              <th scope="col" className="new">
                <span className="row">
                  <Jack shape="ok" />
                  <span className="med">{t.next}</span>
                </span>
                <span className="hint">{t.nextHint}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map(({ name, now, next }) => (
              <tr key={name} className={now === next ? undefined : "dif"}>
                <th scope="row">{name}</th>
                <td className="wrap">{now}</td>
                <td className="new wrap">{next}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <footer className="dialog__foot">
        <span className="t3 small">{t.undo}</span>
        <span className="push" />
        <Button onPress={onKeepOld}>{t.keepOld}</Button>
        <Button onPress={onAgain}>{t.again}</Button>
        <Button
          kind="primary"
          icon={ArrowLeftRight}
          busy={swap.busy}
          onPress={() => void swap.run({ attempt: view.attempt })}
        >
          {t.swap}
        </Button>
      </footer>
    </>
  );
}
