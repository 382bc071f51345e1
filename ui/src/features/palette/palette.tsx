import { Search } from "lucide-react";
import { type KeyboardEvent, type ReactNode, useEffect, useLayoutEffect, useRef, useState } from "react";
import {
  Autocomplete,
  Header,
  Input,
  ListBox,
  ListBoxItem,
  ListBoxSection,
  SearchField,
} from "react-aria-components";
import { Icon } from "../../components/icon";
import { useAfterPaint } from "../../lib/use-after-paint";
import { texts } from "../../texts/palette";
import { type PaletteGroup, type PaletteItem, usePaletteResults } from "./palette-groups";

/** One field for everything: connections, actions, connectors; the last line always creates what was typed. It stands
 *  by while it is closed, and opens with its field alone: people press Ctrl K and type on without waiting. */
export function Palette({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [typed, setTyped] = useState("");
  const commandsOnly = typed.startsWith(">");
  const words = (commandsOnly ? typed.slice(1) : typed).trim();
  const results = usePaletteResults(words, commandsOnly, isOpen);
  const isStanding = useAfterPaint(isOpen);
  const groups = isStanding ? results.groups : [];
  const isSettled = isStanding && results.isSettled;
  const [entered, setEntered] = useState(false);
  useLayoutEffect(() => {
    if (isOpen) dialog.current?.showModal();
    else dialog.current?.close();
  }, [isOpen]);
  const first = groups[0]?.items[0];
  const run = (id: string) => {
    const item = groups.flatMap((group) => group.items).find((each) => each.id === id);
    onClose();
    item?.run();
  };
  useEffect(() => {
    if (!isOpen || !entered || !isSettled || !first) return;
    onClose();
    first.run();
  }, [isOpen, entered, isSettled, first, onClose]);
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
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-noninteractive-element-interactions -- a click beside it closes it, as Esc does
    <dialog
      ref={dialog}
      className="palette"
      data-standing={isStanding || undefined}
      aria-label={texts.label}
      onClose={() => {
        setTyped("");
        setEntered(false);
      }}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClick={(event) => event.target === dialog.current && onClose()}
    >
      <div className="palette__body">
        {/* oxlint-disable-next-line jsx-a11y/no-static-element-interactions -- hears Enter before the list does */}
        <div className="palette__keys" onKeyDownCapture={onEnter}>
          <Autocomplete inputValue={typed} onInputChange={setTyped}>
            <SearchField className="palette__in" aria-label={texts.label}>
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
      </div>
    </dialog>
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
