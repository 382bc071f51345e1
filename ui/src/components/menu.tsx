import type { LucideIcon } from "lucide-react";
import type { ReactNode, RefObject } from "react";
import { Menu as AriaMenu, MenuItem, MenuTrigger, Popover, Separator } from "react-aria-components";
import { Icon } from "./icon";

export type MenuEntry =
  | "line"
  | {
      id: string;
      name: string;
      hint?: string;
      icon?: LucideIcon;
      shortcut?: string;
      danger?: boolean;
      run: () => void;
    };

type MenuListProps = { label: string; entries: readonly MenuEntry[]; onClose?: () => void };

function MenuList({ label, entries, onClose }: MenuListProps) {
  return (
    <AriaMenu className="menu__list" aria-label={label} onClose={onClose}>
      {entries.map((entry, index) =>
        entry === "line" ? (
          // oxlint-disable-next-line react/no-array-index-key -- lines have no identity, entries do not move
          <Separator key={`line-${index}`} className="menu__line" />
        ) : (
          <MenuItem
            key={entry.id}
            id={entry.id}
            textValue={entry.name}
            className={`menu__item${entry.danger ? " danger" : ""}${entry.hint ? " menu__item--tall" : ""}`}
            onAction={entry.run}
          >
            {entry.icon && <Icon of={entry.icon} />}
            <span className="grow">
              {entry.hint ? <span className="med menu__name">{entry.name}</span> : entry.name}
              {entry.hint && <span className="hint menu__hint">{entry.hint}</span>}
            </span>
            {entry.shortcut && <span className="key">{entry.shortcut}</span>}
          </MenuItem>
        ),
      )}
    </AriaMenu>
  );
}

type MenuButtonProps = { label: string; entries: readonly MenuEntry[]; children: ReactNode };

/** A button and the menu that it opens. `children` is the button. */
export function MenuButton({ label, entries, children }: MenuButtonProps) {
  return (
    <MenuTrigger>
      {children}
      <Popover className="menu" placement="bottom end" offset={4}>
        <MenuList label={label} entries={entries} />
      </Popover>
    </MenuTrigger>
  );
}

type ContextMenuProps = {
  label: string;
  entries: readonly MenuEntry[];
  /** The element that it opens at, such as the row's “…” button. */
  anchor: RefObject<HTMLElement | null>;
  isOpen: boolean;
  onClose: () => void;
};

/** The same menu, opened by right click or by the menu key. */
export function ContextMenu({ label, entries, anchor, isOpen, onClose }: ContextMenuProps) {
  return (
    <Popover
      className="menu"
      aria-label={label}
      placement="bottom end"
      offset={4}
      triggerRef={anchor}
      isOpen={isOpen}
      onOpenChange={(open) => !open && onClose()}
    >
      <MenuList label={label} entries={entries} onClose={onClose} />
    </Popover>
  );
}
