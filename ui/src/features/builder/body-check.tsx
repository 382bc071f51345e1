import { useId, useState } from "react";
import { ProblemLine } from "../../components/field";
import type { JsonValue } from "../../ipc/generated";
import { asObject } from "../../lib/json";
import { texts as common } from "../../texts/common";
import { texts } from "../../texts/builder";
import { problemText } from "./draft-fields";
import type { Draft } from "./use-draft";

const t = texts.verify;

/** `true`, `42` and `null` are meant as JSON; everything else is text. */
export function typedValue(text: string): JsonValue {
  try {
    const value = JSON.parse(text) as JsonValue;
    return typeof value === "object" && value !== null ? text : value;
  } catch {
    return text;
  }
}

export function shownValue(value: JsonValue | undefined): string {
  if (value === undefined) return "";
  if (typeof value !== "string") return JSON.stringify(value);
  // A text that would read as something else keeps its quotes.
  return typedValue(value) === value ? value : JSON.stringify(value);
}

/** What a JSON reply must say: a pointer and the value that stands there. */
export function BodyCheck({ draft, pointer, label }: { draft: Draft; pointer: string; label: string }) {
  const id = useId();
  const check = asObject(draft.value(pointer));
  const [typed, setTyped] = useState<string | null>(null);
  const at = typeof check.pointer === "string" ? check.pointer : "";
  const put = (next: { pointer: string; equals: JsonValue | undefined }) =>
    draft.set(
      pointer,
      next.pointer === "" && (next.equals === undefined || next.equals === "")
        ? undefined
        : { ...check, pointer: next.pointer, equals: next.equals ?? true },
    );
  const problem = ["", "/pointer", "/equals"].map((member) => draft.problem(pointer + member)).find(Boolean);
  const leave = () => {
    setTyped(null);
    for (const member of ["", "/pointer", "/equals"]) draft.leave(pointer + member);
  };
  return (
    <div className="field" role="group" aria-labelledby={id}>
      <span className="label" id={id}>
        {label} <span className="opt">{common.optional}</span>
      </span>
      <div className="join">
        <input
          className="input input--mono grow"
          aria-label={`${label}: ${t.pointer}`}
          aria-invalid={problem !== undefined || undefined}
          placeholder="/ok"
          value={at}
          autoComplete="off"
          spellCheck={false}
          onChange={(event) => put({ pointer: event.target.value, equals: check.equals })}
          onBlur={leave}
        />
        <span className="input works__is">{t.is}</span>
        <input
          className="input input--mono works__value"
          aria-label={`${label}: ${t.value}`}
          placeholder="true"
          value={typed ?? shownValue(check.equals)}
          autoComplete="off"
          spellCheck={false}
          onChange={(event) => {
            setTyped(event.target.value);
            put({
              pointer: at,
              equals: event.target.value === "" ? undefined : typedValue(event.target.value),
            });
          }}
          onBlur={leave}
        />
      </div>
      {problem && <ProblemLine>{problemText(problem)}</ProblemLine>}
    </div>
  );
}
