import { Cable } from "lucide-react";
import { StageBadge } from "../../components/badge";
import { Icon } from "../../components/icon";
import { Jack } from "../../components/jack";
import { ConnectorTile } from "../connectors/connector-tile";
import type { ConnectorCard, ProofView } from "../../ipc/generated";
import { moment } from "../../lib/time";
import { useNow } from "../../lib/use-now";
import { texts as list } from "../../texts/connectors";
import { texts } from "../../texts/prove";
import { ended } from "./report";
import { Stamp } from "./stamp";

/** What a run came to, and the card of the connector as it will look. */
export function ProofSide({ proof, card }: { proof: ProofView; card: ConnectorCard | undefined }) {
  const now = useNow();
  const { name } = proof.connector;
  const about = card?.description || card?.authentication_label;
  const figures = (["passed", "refused", "failed"] as const).map((kind) => [kind, proof[kind]] as const);
  return (
    <aside className="well prove__side" aria-label={texts.summary}>
      <p className="hint">{texts.onCard}</p>
      <div className="card cxcard prove__card">
        <ConnectorTile connector={proof.connector.id} name={name} size={32} />
        <div className="cxcard__text">
          <h2 className="trunc" title={name}>
            {name}
          </h2>
          {card && (
            <p className="hint trunc" title={about}>
              {about}
            </p>
          )}
        </div>
        <span className="cxcard__side">{card && <StageBadge stage={card.stage} />}</span>
        <footer>
          {proof.stage === "running" ? (
            <span className="row stamp">
              <span className="spin spin--cable" />
              {texts.stamp.proving(ended(proof), proof.trials.length)}
            </span>
          ) : card?.stamp ? (
            <Stamp stamp={card.stamp} />
          ) : (
            <span>{texts.stamp.never}</span>
          )}
          {card && card.connections > 0 && (
            <span className="push row row-1" title={list.connections(card.connections)}>
              <Icon of={Cable} size={14} />
              <span aria-hidden>{card.connections}</span>
              <span className="sr">{list.connections(card.connections)}</span>
            </span>
          )}
        </footer>
      </div>
      <div className="figs" role="status">
        {figures.map(([kind, count]) => (
          <div className="fig" key={kind}>
            <b>{count}</b> <span>{texts.figures[kind]}</span>
          </div>
        ))}
      </div>
      <dl className="facts facts--side facts--ruled prove__facts">
        <dt>{texts.plays}</dt>
        <dd className="row row-1">
          <Jack shape="lab" />
          <span className="trunc" title={name}>
            {name}
          </span>
        </dd>
        <dt>{texts.person}</dt>
        <dd>{proof.person}</dd>
        <dt>{texts.connector}</dt>
        <dd>{(card?.stage === "ready" ? texts.savedAt : texts.draftOf)(moment(proof.saved_at, now))}</dd>
        <dt>{texts.left}</dt>
        <dd>{texts.nothing}</dd>
      </dl>
      <p className="hint prove__hint">{texts.stampHint}</p>
    </aside>
  );
}
