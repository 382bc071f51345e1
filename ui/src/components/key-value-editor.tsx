import { X } from "lucide-react";
import { type KeyboardEvent, useRef } from "react";
import { hasCommand } from "../lib/keys";
import { texts } from "../texts/http";
import { IconButton } from "./button";

export type Pair = [name: string, value: string];

type KeyValueEditorProps = {
  label: string;
  pairs: readonly Pair[];
  onChange: (pairs: Pair[]) => void;
  onBlur?: () => void;
  /** What the empty last row says. */
  addText: string;
  isInvalid?: (index: number) => boolean;
};

/** Names and values. The last row is always an empty one; filling it adds another. */
export function KeyValueEditor({ label, pairs, onChange, onBlur, addText, isInvalid }: KeyValueEditorProps) {
  const removed = useRef<{ index: number; pair: Pair }[]>([]);
  const change = (index: number, part: 0 | 1, text: string) => {
    const next = pairs.map(([name, value]): Pair => [name, value]);
    const row: Pair = next[index] ?? ["", ""];
    row[part] = text;
    next[index] = row;
    onChange(next.filter(([name, value], at) => at < pairs.length || name !== "" || value !== ""));
  };
  const remove = (index: number) => {
    const pair = pairs[index];
    if (pair) removed.current.push({ index, pair: [...pair] });
    onChange(pairs.filter((_, at) => at !== index).map(([name, value]): Pair => [name, value]));
  };
  const bringBack = (event: KeyboardEvent) => {
    if (!hasCommand(event) || event.key.toLowerCase() !== "z") return;
    // While there is text to undo in the field, Ctrl Z is the field's own.
    if (event.target instanceof HTMLInputElement && event.target.value !== "") return;
    const last = removed.current.pop();
    if (!last) return;
    event.preventDefault();
    onChange(
      [...pairs.slice(0, last.index), last.pair, ...pairs.slice(last.index)].map(([name, value]): Pair => [
        name,
        value,
      ]),
    );
  };
  const rows: readonly Pair[] = [...pairs, ["", ""]];
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- listens to the keys of the fields inside
    <div className="kv" role="group" aria-label={label} onKeyDown={bringBack} onBlur={onBlur}>
      {rows.map(([name, value], index) => {
        const isNew = index === pairs.length;
        const field = (part: 0 | 1) => ({
          value: part === 0 ? name : value,
          "aria-label": texts.row(label, index + 1, part === 0 ? texts.name : texts.value),
          "aria-invalid": isInvalid?.(index) || undefined,
          placeholder: isNew && part === 0 ? addText : undefined,
          autoComplete: "off",
          spellCheck: false,
          onChange: (event: { target: { value: string } }) => change(index, part, event.target.value),
        });
        return (
          // oxlint-disable-next-line react/no-array-index-key -- rows are told apart by their place
          <div className="kv__row" key={index}>
            <input {...field(0)} />
            <input {...field(1)} />
            {!isNew && (
              <IconButton
                size="sm"
                icon={X}
                label={texts.remove(name || String(index + 1))}
                tip={false}
                onPress={() => remove(index)}
              />
            )}
          </div>
        );
      })}
    </div>
  );
}
