import { Fragment, useEffect, useRef } from "react";
import { FieldFrame } from "../../components/field";
import { texts } from "../../texts/builder";
import { problemText } from "./draft-fields";
import type { Draft } from "./use-draft";

type PlaceholderInputProps = {
  draft: Draft;
  pointer: string;
  label: string;
  hint: string;
  keys: readonly string[];
};

/** An address in which `{placeholders}` stand out; a press on one below puts it where the cursor is. */
export function PlaceholderInput({ draft, pointer, label, hint, keys }: PlaceholderInputProps) {
  const input = useRef<HTMLInputElement>(null);
  const backdrop = useRef<HTMLDivElement>(null);
  const value = draft.text(pointer);
  const follow = () => {
    if (backdrop.current && input.current) backdrop.current.scrollLeft = input.current.scrollLeft;
  };
  useEffect(follow, [value]);
  const insert = (key: string) => {
    const at = input.current?.selectionStart ?? value.length;
    const end = input.current?.selectionEnd ?? at;
    draft.set(pointer, `${value.slice(0, at)}{${key}}${value.slice(end)}`);
    input.current?.focus();
  };
  return (
    <FieldFrame
      label={label}
      problem={problemText(draft.problem(pointer))}
      hint={
        keys.length > 0 ? (
          <span className="row insert">
            {texts.general.insert}
            {keys.map((key) => (
              <button
                type="button"
                className="chip chip--sm mono"
                key={key}
                onMouseDown={(event) => event.preventDefault()}
                onClick={() => insert(key)}
              >
                {`{${key}}`}
              </button>
            ))}
          </span>
        ) : (
          hint
        )
      }
      control={({ id, describedBy, invalid }) => (
        <div className="marked">
          <div className="input input--mono marked__back" aria-hidden ref={backdrop}>
            {value.split(/(\{[a-z0-9_]+\})/).map((part, index) => (
              // oxlint-disable-next-line react/no-array-index-key -- parts of a text have no identity
              <Fragment key={index}>{part.startsWith("{") ? <mark>{part}</mark> : part}</Fragment>
            ))}
          </div>
          <input
            id={id}
            ref={input}
            className="input input--mono marked__text"
            value={value}
            placeholder="https://"
            aria-invalid={invalid || undefined}
            aria-describedby={describedBy}
            autoComplete="off"
            spellCheck={false}
            onScroll={follow}
            onChange={(event) => draft.set(pointer, event.target.value)}
            onBlur={() => draft.leave(pointer)}
          />
        </div>
      )}
    />
  );
}
