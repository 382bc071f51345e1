import { ArrowLeftRight } from "lucide-react";
import { Button } from "../../components/button";
import { DialogHead } from "../../components/dialog";
import { Jack } from "../../components/jack";
import { ErrorNote, Note } from "../../components/notes";
import { Tile } from "../../components/tile";
import { useAct } from "../../ipc/act";
import type { AccountSide, AttemptView, ConnectionView } from "../../ipc/contract";
import { ago, moment } from "../../lib/time";
import { useNow } from "../../lib/use-now";
import { texts as connect } from "../../texts/connect";
import { texts } from "../../texts/sign-in";
import { StatusJack } from "../connections/status-jack";

const t = texts.account;

type AccountStepProps = {
  view: AttemptView;
  existing?: ConnectionView;
  accounts: { now: AccountSide; next: AccountSide };
  onKeepOld: () => void;
};

/** Another account has signed in than the connection had: the person decides whether it takes its place. */
export function AccountStep({ view, existing, accounts: { now, next }, onKeepOld }: AccountStepProps) {
  const swap = useAct("keep_attempt");
  const again = useAct("retry_attempt");
  const time = useNow();
  const rows = [
    { name: t.rows.account, of: (side: AccountSide) => side.account ?? t.unknown },
    { name: t.rows.permissions, of: (side: AccountSide) => t.of(side.granted, side.requested) },
    {
      name: t.rows.token,
      of: (side: AccountSide) =>
        side.expires_at ? texts.lasts(moment(side.expires_at, time), side.renews) : t.unknown,
    },
    {
      name: t.rows.verified,
      of: (side: AccountSide) => (side.verified_at ? ago(side.verified_at, time) : t.never),
    },
  ];
  const error = swap.error ?? again.error;
  return (
    <>
      <DialogHead
        title={connect.again(view.name)}
        subtitle={t.subtitle}
        before={<Tile name={view.connector_name} size={32} />}
        onClose={onKeepOld}
      />
      <div className="vs__scroll">
        <div className="vs__note">
          <Note kind="warn">
            <b className="med">{t.title}</b> {t.message(next.account ?? t.unknown)}
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
                  {existing && <StatusJack row={existing.row} labelled={false} />}
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
            {rows.map(({ name, of }) => (
              <tr key={name} className={of(now) === of(next) ? undefined : "dif"}>
                <th scope="row">{name}</th>
                <td className="wrap">{of(now)}</td>
                <td className="new wrap">{of(next)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <footer className="dialog__foot">
        <span className="t3 small">{t.undo}</span>
        <span className="push" />
        <Button onPress={onKeepOld}>{t.keepOld}</Button>
        <Button busy={again.busy} onPress={() => void again.run({ attempt: view.attempt })}>
          {t.again}
        </Button>
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
