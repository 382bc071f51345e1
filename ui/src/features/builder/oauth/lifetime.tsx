import { useId, useState } from "react";
import { ProblemLine } from "../../../components/field";
import { Select } from "../../../components/select";
import { texts } from "../../../texts/oauth";
import { problemText } from "../draft-fields";
import type { Draft } from "../use-draft";

const factors = { seconds: 1, minutes: 60, hours: 3600, days: 86_400 } as const;
const units = ["seconds", "minutes", "hours", "days", "never"] as const;
type Unit = (typeof units)[number];

/** How long a token is taken to be good for where the service does not say. The document has seconds, or `never`. */
export function Lifetime({ draft, pointer }: { draft: Draft; pointer: string }) {
  const id = useId();
  const [chosen, setChosen] = useState<Exclude<Unit, "never">>("seconds");
  const value = draft.value(pointer);
  const never = value === "never";
  const factor = factors[chosen];
  const whole = typeof value === "number" && value % factor === 0;
  const unit: Unit = never ? "never" : whole || value === undefined ? chosen : "seconds";
  const shown = typeof value === "number" ? String(whole ? value / factor : value) : draft.text(pointer);
  const problem = problemText(draft.problem(pointer));
  const choose = (next: Unit) => {
    if (next === "never") return draft.set(pointer, "never");
    setChosen(next);
    if (never) draft.set(pointer, undefined);
    else if (typeof value === "number" && unit !== "never")
      draft.set(pointer, (value / factors[unit]) * factors[next]);
  };
  return (
    <div className="field">
      <label htmlFor={id}>{texts.lifetime}</label>
      <div className="join">
        {!never && (
          <input
            id={id}
            className="input num"
            inputMode="numeric"
            autoComplete="off"
            value={shown}
            placeholder={String(3600 / factors[unit === "never" ? "seconds" : unit])}
            aria-invalid={problem !== undefined || undefined}
            aria-describedby={`${id}-help`}
            onChange={(event) => {
              const text = event.target.value.trim();
              const seconds = Number(text) * factors[unit === "never" ? "seconds" : unit];
              draft.set(pointer, text === "" ? undefined : /^\d{1,9}$/.test(text) ? seconds : text);
            }}
            onBlur={() => draft.leave(pointer)}
          />
        )}
        <Select
          label={texts.lifetimeUnit}
          labelHidden
          className={never ? "grow" : "lifetime__unit"}
          options={units.map((each) => ({ id: each, name: texts.units[each] }))}
          value={unit}
          onChange={choose}
        />
      </div>
      {problem ? (
        <ProblemLine id={`${id}-help`}>{problem}</ProblemLine>
      ) : (
        <span className="hint" id={`${id}-help`}>
          {texts.lifetimeHint}
        </span>
      )}
    </div>
  );
}
