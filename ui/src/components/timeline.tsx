import { Check, X } from "lucide-react";
import type { ReactNode } from "react";
import { Icon } from "./icon";

export type TimelineStep = {
  state: "done" | "ok" | "now" | "next" | "bad";
  title: string;
  detail?: string;
  /** When it was done, or what is left. */
  time?: string;
  /** What can be done while it is under way. */
  body?: ReactNode;
};

const icons = { done: Check, ok: Check, bad: X, now: undefined, next: undefined };

/** Live work as a cable: solid copper is done, dotted is to come. */
export function Timeline({ label, steps }: { label: string; steps: readonly TimelineStep[] }) {
  return (
    <ol className="tl" aria-label={label} aria-live="polite">
      {steps.map(({ state, title, detail, time, body }) => {
        const glyph = icons[state];
        return (
          <li key={title} className={`is-${state}${state === "ok" ? " is-done" : ""}`}>
            <span className="tl__node">{glyph && <Icon of={glyph} size={12} />}</span>
            <div>
              <p className="tl__title">{title}</p>
              {detail && <p className="hint wrap">{detail}</p>}
              {body}
            </div>
            {time && <span className="tl__time num small t3">{time}</span>}
          </li>
        );
      })}
    </ol>
  );
}
