import { Link } from "@tanstack/react-router";
import { Copy, Plus, X } from "lucide-react";
import { useRef, useState } from "react";
import { Button, IconButton } from "../../components/button";
import { ConnectorTile } from "../connectors/connector-tile";
import { useAsk } from "../../ipc/ask";
import type { LabPlay } from "../../ipc/generated";
import { copyText } from "../../lib/clipboard";
import { texts } from "../../texts/lab";
import { PlayDialog } from "./play-dialog";
import { useLab } from "./use-lab";

const t = texts.plays;

/** The connectors whose services it plays. */
export function PlaysCard({ plays }: { plays: readonly LabPlay[] }) {
  const [adding, setAdding] = useState(false);
  const add = useRef<HTMLButtonElement>(null);
  const lab = useLab();
  const cards = useAsk("list_connectors", { search: "", stage: null }).data ?? [];
  const idOf = (play: LabPlay) => cards.find((card) => card.link_name === play.link_name)?.id;
  return (
    <section className="card" aria-label={t.title}>
      <header className="card__head">
        <h2>{t.title}</h2>
        <Button
          ref={add}
          kind="ghost"
          size="sm"
          icon={Plus}
          aria-label={t.addLabel}
          onPress={() => setAdding(true)}
        >
          {t.add}
        </Button>
      </header>
      {plays.length === 0 ? (
        <p className="t3 lab__none">{t.none}</p>
      ) : (
        <ul className="lab__rows">
          {plays.map((play) => {
            const { address } = play;
            const id = idOf(play);
            return (
              <li className="row lab__row" key={play.link_name}>
                <ConnectorTile connector={id} name={play.name} size={20} />
                {id ? (
                  <Link
                    to="/connectors/$connector/$step"
                    params={{ connector: id, step: "general" }}
                    className="lab__link grow trunc"
                    title={play.name}
                    aria-label={t.open(play.name)}
                  >
                    {play.name}
                  </Link>
                ) : (
                  <span className="grow trunc" title={play.name}>
                    {play.name}
                  </span>
                )}
                <span className="row lab__acts">
                  {address && (
                    <IconButton
                      size="sm"
                      icon={Copy}
                      label={t.copy(play.name)}
                      onPress={() => void copyText(address)}
                    />
                  )}
                  <IconButton
                    size="sm"
                    icon={X}
                    label={t.remove(play.name)}
                    onPress={() => {
                      add.current?.focus();
                      void lab.forget(play);
                    }}
                  />
                </span>
              </li>
            );
          })}
        </ul>
      )}
      {adding && <PlayDialog plays={plays} onClose={() => setAdding(false)} />}
    </section>
  );
}
