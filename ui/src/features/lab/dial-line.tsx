import { Undo2 } from "lucide-react";
import { IconButton } from "../../components/button";
import { Select } from "../../components/select";
import { Slider } from "../../components/slider";
import { SwitchLine } from "../../components/toggles";
import type { DialValue, DialView, PersonView } from "../../ipc/generated";
import { texts } from "../../texts/lab";
import { haltsOf, peopleOptions, valueWords } from "./dial-words";
import { useLab } from "./use-lab";

type DialLineProps = { dial: DialView; towards: string | null; people: readonly PersonView[] };

/** One behaviour, as its kind asks for. What differs here from what holds otherwise can be taken back. */
export function DialLine({ dial, towards, people }: DialLineProps) {
  const lab = useLab();
  const { id, name, help, kind, value } = dial;
  const set = (next: DialValue) => lab.setDial(towards, id, next);
  const aside = dial.own && (
    <IconButton
      size="sm"
      icon={Undo2}
      label={
        towards === null
          ? texts.behaviour.back(name, valueWords(kind, dial.default))
          : texts.behaviour.backToAll(name)
      }
      onPress={({ target }) => {
        // This button goes: what it stands beside takes the focus.
        target.closest(".line-opt")?.querySelector<HTMLElement>("input, .select__button")?.focus();
        void lab.setDial(towards, id, null);
      }}
    />
  );
  switch (kind.kind) {
    case "switch":
      return (
        <SwitchLine
          label={name}
          hint={help}
          checked={value === true}
          onChange={(on) => void set(on)}
          aside={aside}
        />
      );
    case "number":
      return (
        <Slider
          label={name}
          hint={help}
          halts={haltsOf(kind, Number(value))}
          value={Number(value)}
          say={(number) => valueWords(kind, number)}
          onChange={set}
          aside={aside}
        />
      );
    case "choice":
    case "person": {
      const options = kind.kind === "person" ? peopleOptions(people, value) : kind.options;
      return (
        <div className="line-opt">
          <div>
            <p className="med">{name}</p>
            <p className="hint">{help}</p>
          </div>
          {aside}
          <Select
            label={name}
            labelHidden
            className="lab__select"
            options={options.map((each) => ({ id: each.value, name: each.name }))}
            value={String(value)}
            onChange={(next) => void set(next)}
          />
        </div>
      );
    }
  }
}
