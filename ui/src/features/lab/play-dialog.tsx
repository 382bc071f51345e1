import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { ListBox, ListBoxItem } from "react-aria-components";
import { useOverlays } from "../../app/overlays";
import { Button } from "../../components/button";
import { Dialog, DialogHead } from "../../components/dialog";
import { Empty } from "../../components/empty";
import { ErrorNote } from "../../components/notes";
import { SearchField } from "../../components/search-field";
import { ConnectorTile } from "../connectors/connector-tile";
import { say } from "../../components/toast";
import { useAct } from "../../ipc/act";
import { useAsk } from "../../ipc/ask";
import type { LabPlay } from "../../ipc/generated";
import { texts as common } from "../../texts/common";
import { texts } from "../../texts/lab";

const t = texts.plays;

type PlayDialogProps = { plays: readonly LabPlay[]; onClose: () => void };

/** Which connector it shall play too. */
export function PlayDialog({ plays, onClose }: PlayDialogProps) {
  const [words, setWords] = useState("");
  const [chosen, setChosen] = useState<string | null>(null);
  const navigate = useNavigate();
  const overlays = useOverlays();
  const { run, busy, error } = useAct("play_in_lab");
  const found = useAsk("list_connectors", { search: words, stage: null }, { keepPrevious: true });
  const played = new Set(plays.map((each) => each.link_name));
  const cards = (found.data ?? []).filter((card) => !played.has(card.link_name));
  const selected = cards.find((card) => card.id === chosen);
  const play = async (id: string) => {
    const card = cards.find((each) => each.id === id);
    if (!card || !(await run({ connector: card.id }))) return;
    onClose();
    say({
      title: t.added(card.name),
      detail: card.stage === "ready" ? t.addedDetail : undefined,
      jack: "lab",
      action:
        card.stage === "ready"
          ? {
              name: t.tryIt,
              run: () => overlays.open({ kind: "connect", connector: card.id, environment: "lab" }),
            }
          : undefined,
    });
  };
  const create = () => {
    onClose();
    void navigate({ to: "/connectors/new" });
  };
  return (
    <Dialog isOpen onClose={onClose} label={t.addLabel}>
      <DialogHead title={t.dialog} subtitle={t.dialogLead} onClose={onClose} />
      <div className="choose__find">
        <SearchField wide autoFocus label={t.search} value={words} onChange={setWords} />
      </div>
      <div className="dialog__body choose">
        {error && <ErrorNote error={error} />}
        {found.error ? (
          <ErrorNote error={found.error} />
        ) : found.data && cards.length === 0 ? (
          <Empty
            title={words ? t.notFound(words) : t.all}
            actions={<Button onPress={create}>{t.create}</Button>}
          >
            {words ? t.notFoundHint : t.allHint}
          </Empty>
        ) : (
          <ListBox
            aria-label={t.connectors}
            items={cards}
            selectionMode="single"
            selectionBehavior="replace"
            selectedKeys={selected ? [selected.id] : []}
            onSelectionChange={(keys) =>
              setChosen(cards.find((card) => keys !== "all" && keys.has(card.id))?.id ?? null)
            }
            onAction={(id) => void play(String(id))}
            className="lab__choices"
          >
            {(card) => (
              <ListBoxItem id={card.id} textValue={card.name} className="brow">
                <ConnectorTile connector={card.id} name={card.name} />
                <span className="med grow trunc" title={card.name}>
                  {card.name}
                </span>
                <span className="t3 small nowrap">
                  {card.stage === "draft" ? common.stage.draft : card.authentication_label}
                </span>
              </ListBoxItem>
            )}
          </ListBox>
        )}
      </div>
      <footer className="dialog__foot">
        <Button className="push" onPress={onClose}>
          {common.cancel}
        </Button>
        <Button
          kind="primary"
          busy={busy}
          isDisabled={!selected}
          onPress={() => selected && void play(selected.id)}
        >
          {t.play}
        </Button>
      </footer>
    </Dialog>
  );
}
