import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";
import { ToggleButton, ToggleButtonGroup } from "react-aria-components";
import { counted } from "../lib/numbers";
import { Icon } from "./icon";

type Choice<T extends string> = { id: T; name: string; count?: number; icon?: LucideIcon; glyph?: ReactNode };
type ChoiceProps<T extends string> = {
  label: string;
  choices: readonly Choice<T>[];
  value: T;
  onChange: (value: T) => void;
};

function ChoiceGroup<T extends string>({
  label,
  choices,
  value,
  onChange,
  className,
}: ChoiceProps<T> & { className: string }) {
  return (
    <ToggleButtonGroup
      className={className}
      aria-label={label}
      selectionMode="single"
      disallowEmptySelection
      selectedKeys={[value]}
      onSelectionChange={(keys) => {
        const chosen = choices.find((choice) => keys.has(choice.id));
        if (chosen) onChange(chosen.id);
      }}
    >
      {choices.map((choice) => (
        <ToggleButton id={choice.id} key={choice.id}>
          {choice.icon && <Icon of={choice.icon} size={14} />}
          {choice.glyph}
          {choice.name}
          {choice.count !== undefined && <span className="n">{counted(choice.count)}</span>}
        </ToggleButton>
      ))}
    </ToggleButtonGroup>
  );
}

/** Two to four views of one list, or one small setting. */
export function Segmented<T extends string>(props: ChoiceProps<T>) {
  return <ChoiceGroup {...props} className="seg" />;
}

/** The status filter: jacks and counts. */
export function Strip<T extends string>(props: ChoiceProps<T>) {
  return <ChoiceGroup {...props} className="strip" />;
}
