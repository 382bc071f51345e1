import { ChevronDown, type LucideIcon } from "lucide-react";
import { Button, Menu, MenuItem, MenuTrigger, Popover } from "react-aria-components";
import { Icon } from "../../components/icon";

type Choice = { id: string; name: string; hint?: string };
type FilterMenuProps = {
  label: string;
  /** What is chosen, as the button says it. */
  chosen: string;
  choices: readonly Choice[];
  value: string;
  onChange: (value: string) => void;
  icon?: LucideIcon;
};

/** A quiet button that says what is chosen, and the menu of the other choices. */
export function FilterMenu({ label, chosen, choices, value, onChange, icon }: FilterMenuProps) {
  return (
    <MenuTrigger>
      <Button className="filter" aria-label={`${label}: ${chosen}`}>
        {icon ? (
          <>
            <Icon of={icon} size={14} />
            <b className="hide-md">{chosen}</b>
          </>
        ) : (
          <>
            <span>
              {label}
              <span className="hide-md">
                : <b>{chosen}</b>
              </span>
            </span>
            <Icon of={ChevronDown} size={14} />
          </>
        )}
      </Button>
      <Popover className="menu" placement="bottom end" offset={4}>
        <Menu
          className="menu__list"
          aria-label={label}
          selectionMode="single"
          disallowEmptySelection
          selectedKeys={[value]}
          onSelectionChange={(keys) => {
            const next = choices.find((choice) => keys !== "all" && keys.has(choice.id));
            if (next) onChange(next.id);
          }}
        >
          {choices.map((choice) => (
            <MenuItem
              key={choice.id}
              id={choice.id}
              textValue={choice.name}
              className="menu__item menu__item--check"
            >
              <span className="grow">
                {choice.name}
                {choice.hint && <span className="hint menu__hint">{choice.hint}</span>}
              </span>
            </MenuItem>
          ))}
        </Menu>
      </Popover>
    </MenuTrigger>
  );
}
