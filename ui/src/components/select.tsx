import { Check, ChevronDown } from "lucide-react";
import {
  Button,
  Label,
  ListBox,
  ListBoxItem,
  Popover,
  Select as AriaSelect,
  SelectValue,
  Text,
} from "react-aria-components";
import { texts } from "../texts/common";
import { Icon } from "./icon";

export type Option<T extends string> = { id: T; name: string; hint?: string };

type SelectProps<T extends string> = {
  label: string;
  /** The label is only for assistive technology, as in a grid whose head names the column. */
  labelHidden?: boolean;
  options: readonly Option<T>[];
  value: T | null;
  onChange: (value: T) => void;
  onBlur?: () => void;
  optional?: boolean;
  hint?: string;
  problem?: string;
  placeholder?: string;
  mono?: boolean;
  /** Without an edge of its own, for cells of a grid. */
  cell?: boolean;
  isDisabled?: boolean;
  className?: string;
};

/** One of a few. React Aria's, because native selects open menus of the toolkit. */
export function Select<T extends string>(props: SelectProps<T>) {
  const { label, options, value, onChange, hint, problem, cell } = props;
  return (
    <AriaSelect
      className={`field select${cell ? " select--cell" : ""}${props.className ? ` ${props.className}` : ""}`}
      aria-label={props.labelHidden ? label : undefined}
      value={value}
      onChange={(key) => {
        const chosen = options.find((option) => option.id === key);
        if (chosen) onChange(chosen.id);
      }}
      onBlur={props.onBlur}
      isDisabled={props.isDisabled}
      isInvalid={Boolean(problem)}
      placeholder={props.placeholder ?? texts.choose}
    >
      {!props.labelHidden && (
        <Label>
          {label}
          {props.optional && <span className="opt">{texts.optional}</span>}
        </Label>
      )}
      <Button className={`input select__button${props.mono ? " input--mono" : ""}`}>
        <SelectValue className="trunc grow">
          {({ selectedText, isPlaceholder }) =>
            isPlaceholder ? (props.placeholder ?? texts.choose) : selectedText
          }
        </SelectValue>
        <Icon of={ChevronDown} size={14} />
      </Button>
      {(problem ?? hint) && (
        <Text slot="description" className={problem ? "hint hint--bad" : "hint"}>
          {problem ?? hint}
        </Text>
      )}
      <Popover className="menu menu--select" offset={4}>
        <ListBox className="menu__list" items={options}>
          {(option) => (
            <ListBoxItem id={option.id} textValue={option.name} className="menu__item">
              {({ isSelected }) => (
                <>
                  <span className={`grow${props.mono ? " mono" : ""}`}>
                    {option.name}
                    {option.hint && <span className="hint menu__hint">{option.hint}</span>}
                  </span>
                  {isSelected && <Icon of={Check} size={14} />}
                </>
              )}
            </ListBoxItem>
          )}
        </ListBox>
      </Popover>
    </AriaSelect>
  );
}
