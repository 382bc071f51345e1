import { useNavigate } from "@tanstack/react-router";
import { Plus } from "lucide-react";
import { useState } from "react";
import { Header, ListBox, ListBoxItem, ListBoxSection } from "react-aria-components";
import { Button } from "../../components/button";
import { DialogHead } from "../../components/dialog";
import { Empty } from "../../components/empty";
import { ErrorNote } from "../../components/notes";
import { SearchField } from "../../components/search-field";
import { Stepper } from "../../components/stepper";
import { ConnectorTile } from "../connectors/connector-tile";
import { useAsk } from "../../ipc/ask";
import type { ConnectorCard } from "../../ipc/generated";
import { texts } from "../../texts/connect";

type ChooseStepProps = {
  onChoose: (connector: string) => void;
  onCreate: (name?: string) => void;
  onClose: () => void;
};

/** Which service? Used before, then all; only ready connectors. */
export function ChooseStep({ onChoose, onCreate, onClose }: ChooseStepProps) {
  const [words, setWords] = useState("");
  const [chosen, setChosen] = useState<string | null>(null);
  const navigate = useNavigate();
  const ready = useAsk("list_connectors", { search: "", stage: "ready" });
  const found = useAsk("list_connectors", { search: words, stage: "ready" }, { keepPrevious: true });
  const cards = found.data ?? [];
  const used = cards.filter((card) => card.connections > 0).toSorted((a, b) => b.connections - a.connections);
  const others = cards.filter((card) => card.connections === 0);
  const selected = cards.find((card) => card.id === chosen)?.id ?? null;
  const total = ready.data?.length ?? 0;
  return (
    <>
      <DialogHead title={texts.add} subtitle={texts.addLead} onClose={onClose}>
        <Stepper steps={texts.steps} current={0} />
      </DialogHead>
      {total > 0 && (
        <div className="choose__find">
          <SearchField
            wide
            autoFocus
            label={texts.searchLabel}
            placeholder={texts.search(total)}
            value={words}
            onChange={setWords}
          />
        </div>
      )}
      <div className="dialog__body choose">
        {found.error ? (
          <ErrorNote error={found.error} />
        ) : ready.data && total === 0 ? (
          <Empty
            title={texts.noneReady}
            actions={
              <Button
                onPress={() => {
                  onClose();
                  void navigate({ to: "/connectors" });
                }}
              >
                {texts.toConnectors}
              </Button>
            }
          >
            {texts.noneReadyHint}
          </Empty>
        ) : found.data && cards.length === 0 ? (
          <Empty
            title={texts.notFound(words)}
            actions={<Button onPress={() => onCreate(words)}>{texts.create(words)}</Button>}
          >
            {texts.notFoundHint}
          </Empty>
        ) : (
          <ListBox
            aria-label={texts.connectors}
            layout="grid"
            selectionMode="single"
            selectionBehavior="replace"
            selectedKeys={selected ? [selected] : []}
            onSelectionChange={(keys) =>
              setChosen(cards.find((card) => keys !== "all" && keys.has(card.id))?.id ?? null)
            }
            onAction={(id) => onChoose(String(id))}
            className="choose__list"
          >
            {used.length > 0 && (
              <ListBoxSection className="choose__group">
                <Header className="hint">{texts.usedBefore}</Header>
                {used.map((card) => (
                  <Choice key={card.id} card={card} says={texts.connections(card.connections)} />
                ))}
              </ListBoxSection>
            )}
            {others.length > 0 && (
              <ListBoxSection className="choose__group">
                <Header className="hint">{texts.all}</Header>
                {others.map((card) => (
                  <Choice key={card.id} card={card} says={card.authentication_label} />
                ))}
              </ListBoxSection>
            )}
          </ListBox>
        )}
      </div>
      <footer className="dialog__foot">
        <Button kind="ghost" icon={Plus} className="pull" onPress={() => onCreate(words || undefined)}>
          {texts.newConnector}
        </Button>
        <Button
          kind="primary"
          className="push"
          isDisabled={!selected}
          onPress={() => selected && onChoose(selected)}
        >
          {texts.next}
        </Button>
      </footer>
    </>
  );
}

function Choice({ card, says }: { card: ConnectorCard; says: string }) {
  return (
    <ListBoxItem id={card.id} textValue={card.name} className="brow">
      <ConnectorTile connector={card.id} name={card.name} />
      <span className="med grow trunc">{card.name}</span>
      <span className="t3 small nowrap">{says}</span>
    </ListBoxItem>
  );
}
