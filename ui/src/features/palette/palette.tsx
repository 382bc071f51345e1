import { Search } from "lucide-react";
import { type KeyboardEvent, type ReactNode, useDeferredValue, useEffect, useState } from "react";
import {
  Autocomplete,
  Dialog,
  Header,
  Input,
  ListBox,
  ListBoxItem,
  ListBoxSection,
  Modal,
  ModalOverlay,
  SearchField,
} from "react-aria-components";
import { Icon } from "../../components/icon";
import { texts } from "../../texts/palette";
import { type PaletteGroup, type PaletteItem, usePaletteResults } from "./palette-groups";

/** One field for everything: connections, actions, connectors; the last line always creates what was typed. */
export function Palette({ onClose }: { onClose: () => void }) {
  const [typed, setTyped] = useState("");
  const commandsOnly = typed.startsWith(">");
  const words = (commandsOnly ? typed.slice(1) : typed).trim();
  const results = usePaletteResults(words, commandsOnly);
  // The field stands first, for those who type on at once; its results follow in the same breath.
  const isStanding = useDeferredValue(true, false);
  const groups = isStanding ? results.groups : [];
  const isSettled = isStanding && results.isSettled;
  const [entered, setEntered] = useState(false);
  const first = groups[0]?.items[0];
  const run = (id: string) => {
    const item = groups.flatMap((group) => group.items).find((each) => each.id === id);
    onClose();
    item?.run();
  };
  useEffect(() => {
    if (!entered || !isSettled || !first) return;
    onClose();
    first.run();
  }, [entered, isSettled, first, onClose]);
  // Enter means what was typed, not what an older result happens to show: it waits for the new ones.
  const onEnter = (event: KeyboardEvent) => {
    if (event.key !== "Enter" || !(event.target instanceof HTMLElement)) return;
    const chosen = event.target.getAttribute("aria-activedescendant");
    if (isSettled && chosen && document.getElementById(chosen)) return;
    event.preventDefault();
    event.stopPropagation();
    setEntered(true);
  };
  return (
    <ModalOverlay
      className="scrim scrim--palette"
      isOpen
      isDismissable
      onOpenChange={(open) => !open && onClose()}
    >
      <Modal className="palette">
        <Dialog className="palette__dialog" aria-label={texts.label}>
          {/* oxlint-disable-next-line jsx-a11y/no-static-element-interactions -- hears Enter before the list does */}
          <div className="palette__keys" onKeyDownCapture={onEnter}>
            <Autocomplete inputValue={typed} onInputChange={setTyped}>
              <SearchField className="palette__in" aria-label={texts.label} autoFocus>
                <Icon of={Search} size={20} />
                <Input placeholder={texts.placeholder} />
                <kbd>Esc</kbd>
              </SearchField>
              <ListBox
                className="palette__list"
                data-awaited={!isStanding || undefined}
                aria-label={texts.results}
                onAction={(id) => run(String(id))}
                selectionMode="none"
              >
                {groups.map((group) => (
                  <Group key={group.id} group={group} words={words} />
                ))}
              </ListBox>
            </Autocomplete>
          </div>
          <footer className="palette__foot">
            <span>
              <span className="keys">
                <kbd>↑</kbd>
                <kbd>↓</kbd>
              </span>
              {texts.move}
            </span>
            <span>
              <kbd>Enter</kbd>
              {texts.open}
            </span>
            <span className="push">
              {texts.type} <kbd>&gt;</kbd> {texts.commandsOnly}
            </span>
          </footer>
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}

function Group({ group, words }: { group: PaletteGroup; words: string }) {
  return (
    <ListBoxSection id={`group-${group.id}`} aria-label={group.name || undefined}>
      {group.name && <Header className="palette__head">{group.name}</Header>}
      {group.items.map((item) => (
        <ListBoxItem key={item.id} id={item.id} textValue={item.name} className="palette__item">
          <span className="palette__glyph">{item.glyph}</span>
          <Line item={item} words={words} />
          {item.keys && (
            <span className="push keys">
              {item.keys.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </span>
          )}
        </ListBoxItem>
      ))}
    </ListBoxSection>
  );
}

function Line({ item, words }: { item: PaletteItem; words: string }) {
  return (
    <span className="trunc">
      <Marked text={item.name} words={words} />
      {item.detail && (
        <span className="t3 palette__detail">
          <Marked text={item.detail} words={words} />
        </span>
      )}
    </span>
  );
}

/** The text with what was typed standing out. */
function Marked({ text, words }: { text: string; words: string }): ReactNode {
  const at = words ? text.toLowerCase().indexOf(words.toLowerCase()) : -1;
  if (at < 0) return text;
  return (
    <>
      {text.slice(0, at)}
      <mark>{text.slice(at, at + words.length)}</mark>
      {text.slice(at + words.length)}
    </>
  );
}
