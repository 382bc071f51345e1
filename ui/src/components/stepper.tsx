import { Check } from "lucide-react";
import { texts } from "../texts/common";
import { Icon } from "./icon";

/** Where a dialog stands: the line between done steps is the cable. */
export function Stepper({
  steps,
  current,
  bad = false,
}: {
  steps: readonly string[];
  current: number;
  bad?: boolean;
}) {
  return (
    <ol className="stepper" aria-label={texts.progress}>
      {steps.map((step, index) => (
        <li
          key={step}
          className={index < current ? "is-done" : index === current && bad ? "is-bad" : undefined}
          aria-current={index === current ? "step" : undefined}
        >
          {index < current && <Icon of={Check} size={14} />}
          {step}
        </li>
      ))}
    </ol>
  );
}
