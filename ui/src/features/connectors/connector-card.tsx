import { useNavigate } from "@tanstack/react-router";
import { Cable, Drama, Ellipsis, FlaskConical, Pencil, Plus, ShieldCheck, Trash2 } from "lucide-react";
import { useRef, useState } from "react";
import { Button as AriaButton } from "react-aria-components";
import { useOverlays } from "../../app/overlays";
import { Badge, StageBadge } from "../../components/badge";
import { IconButton } from "../../components/button";
import { Icon } from "../../components/icon";
import { ContextMenu, type MenuEntry } from "../../components/menu";
import { ConnectorTile } from "./connector-tile";
import type { ConnectorCard as Card } from "../../ipc/generated";
import { ago, fullMoment } from "../../lib/time";
import { useNow } from "../../lib/use-now";
import { texts } from "../../texts/connectors";
import { useLab } from "../lab/use-lab";
import { Stamp } from "../prove/stamp";

/** One connector. A ready one starts a new connection, a draft opens in the builder; the menu has the rest. */
export function ConnectorCard({ card, onDelete }: { card: Card; onDelete: () => void }) {
  const navigate = useNavigate();
  const overlays = useOverlays();
  const lab = useLab();
  const now = useNow();
  const [menuOpen, setMenuOpen] = useState(false);
  const more = useRef<HTMLButtonElement>(null);
  const edit = () =>
    void navigate({ to: "/connectors/$connector/$step", params: { connector: card.id, step: "general" } });
  const connect = () => overlays.open({ kind: "connect", connector: card.id });
  const tryOffline = () => overlays.open({ kind: "connect", connector: card.id, environment: "lab" });
  const play = async () => {
    if (await lab.play(card.id)) void navigate({ to: "/lab", search: { connector: card.link_name } });
  };
  const prove = () => void navigate({ to: "/lab/prove/$connector", params: { connector: card.id } });
  const isReady = card.stage === "ready";
  const entries: MenuEntry[] = [
    ...(isReady ? [{ id: "connect", name: texts.menu.connect, icon: Plus, run: connect }] : []),
    ...(isReady ? [{ id: "try", name: texts.menu.tryOffline, icon: FlaskConical, run: tryOffline }] : []),
    { id: "edit", name: texts.menu.edit, icon: Pencil, run: edit },
    { id: "play", name: texts.menu.play, icon: Drama, run: () => void play() },
    { id: "prove", name: texts.menu.prove, icon: ShieldCheck, run: prove },
    "line",
    { id: "delete", name: texts.menu.delete, icon: Trash2, danger: true, run: onDelete },
  ];
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- right click; the “…” button is its keyboard way
    <li
      className="card card--link cxcard"
      onContextMenu={(event) => {
        event.preventDefault();
        setMenuOpen(true);
      }}
    >
      <ConnectorTile connector={card.id} name={card.name} size={32} />
      <div className="cxcard__text">
        <h2 title={card.name}>
          <AriaButton className="cxcard__open trunc" onPress={isReady ? connect : edit}>
            {card.name}
          </AriaButton>
        </h2>
        <p className="hint trunc" title={card.description || undefined}>
          {card.description || texts.changed(ago(card.changed_at, now).toLowerCase())}
        </p>
      </div>
      <span className="row row-1 cxcard__side">
        <StageBadge stage={card.stage} />
        <IconButton
          ref={more}
          size="sm"
          icon={Ellipsis}
          label={texts.actionsFor(card.name)}
          tip={false}
          aria-haspopup="menu"
          aria-expanded={menuOpen}
          onPress={() => setMenuOpen(true)}
        />
      </span>
      <footer>
        {card.stamp ? <Stamp stamp={card.stamp} /> : <Badge kind="plain">{card.authentication_label}</Badge>}
        <span className="push row num nowrap">
          {card.connections > 0 && (
            <span className="row row-1" title={texts.connections(card.connections)}>
              <Icon of={Cable} size={14} />
              <span aria-hidden>{card.connections}</span>
              <span className="sr">{texts.connections(card.connections)}</span>
            </span>
          )}
          <time dateTime={card.changed_at} title={fullMoment(card.changed_at)}>
            {ago(card.changed_at, now)}
          </time>
        </span>
      </footer>
      <ContextMenu
        label={texts.actionsFor(card.name)}
        entries={entries}
        anchor={more}
        isOpen={menuOpen}
        onClose={() => setMenuOpen(false)}
      />
    </li>
  );
}
