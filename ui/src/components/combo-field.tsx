import { ChevronDown } from "lucide-react";
import {
  Button,
  ComboBox,
  Group,
  Input,
  Label,
  ListBox,
  ListBoxItem,
  Popover,
  Text,
} from "react-aria-components";
import { texts } from "../texts/common";
import { Icon } from "./icon";

/** A name to type, with what it stands for. */
export type Offer = { name: string; title: string };

type ComboFieldProps = {
  label: string;
  offers: readonly Offer[];
  value: string;
  onChange: (value: string) => void;
  onBlur?: () => void;
  hint?: string;
  problem?: string;
};

/** Text with names to choose from. Another text is taken as it is typed: the offers know much, never all. */
export function ComboField({ label, offers, value, onChange, onBlur, hint, problem }: ComboFieldProps) {
  const wanted = value.trim().toLowerCase();
  // A name that is chosen already narrows nothing down: the list then shows what else there is.
  const settled = offers.some((offer) => offer.name === wanted);
  const found = offers.filter(
    ({ name, title }) => settled || name.includes(wanted) || title.toLowerCase().includes(wanted),
  );
  return (
    <ComboBox
      className="field combo"
      allowsCustomValue
      menuTrigger="input"
      items={found}
      inputValue={value}
      onInputChange={onChange}
      onChange={(key) => {
        if (key !== null) onChange(String(key));
      }}
      onBlur={onBlur}
      isInvalid={Boolean(problem)}
    >
      <Label>{label}</Label>
      <Group className="combo__in">
        <Input className="input input--mono" spellCheck={false} />
        <Button className="combo__open" aria-label={texts.choose}>
          <Icon of={ChevronDown} size={14} />
        </Button>
      </Group>
      {(problem ?? hint) && (
        <Text slot="description" className={problem ? "hint hint--bad" : "hint"}>
          {problem ?? hint}
        </Text>
      )}
      <Popover className="menu menu--select menu--combo" offset={4}>
        <ListBox<Offer> className="menu__list">
          {({ name, title }) => (
            <ListBoxItem id={name} textValue={name} className="menu__item">
              <span className="grow">
                <span className="mono">{name}</span>
                <span className="hint menu__hint">{title}</span>
              </span>
            </ListBoxItem>
          )}
        </ListBox>
      </Popover>
    </ComboBox>
  );
}
