import { Check } from "lucide-react";
import { Radio, RadioGroup } from "react-aria-components";
import { Icon } from "./icon";

export type Pick<T extends string> = { id: T; name: string; hint: string };

type PicksProps<T extends string> = {
  label: string;
  picks: readonly Pick<T>[];
  value: T | null;
  onChange: (value: T) => void;
};

/** Radio cards: a name and one plain hint each. */
export function Picks<T extends string>({ label, picks, value, onChange }: PicksProps<T>) {
  return (
    <RadioGroup
      className="picks"
      aria-label={label}
      value={value}
      onChange={(id) => {
        const chosen = picks.find((pick) => pick.id === id);
        if (chosen) onChange(chosen.id);
      }}
    >
      {picks.map((pick) => (
        <Radio key={pick.id} value={pick.id} className="pick">
          <span className="grow">
            <span className="med pick__name">{pick.name}</span>
            <span className="hint pick__hint">{pick.hint}</span>
          </span>
          <Icon of={Check} size={14} className="dot" />
        </Radio>
      ))}
    </RadioGroup>
  );
}
