import { Check } from "lucide-react";
import { Icon } from "../../components/icon";
import { texts } from "../../texts/builder";
import type { Draft } from "./use-draft";

/** What a text has to be, and by which codes of a problem the core says that it is not. */
export type Rule = { says: string; codes: readonly string[] };

/** The rules of a field, each with a tick as long as it holds. What is wrong is said once the field was left. */
export function Rules({ draft, pointer, rules }: { draft: Draft; pointer: string; rules: readonly Rule[] }) {
  const isEmpty = draft.text(pointer) === "";
  const wrong = new Set(
    draft.check.problems.filter((each) => each.pointer === pointer).map(({ code }) => code),
  );
  return (
    <ul className="rules">
      {rules.map(({ says, codes }) => {
        const holds = !isEmpty && !codes.some((code) => wrong.has(code));
        return (
          <li key={says}>
            <span
              className="rules__tick"
              role="img"
              aria-label={holds ? texts.rules.holds : texts.rules.open}
            >
              {holds && <Icon of={Check} size={12} />}
            </span>
            {says}
          </li>
        );
      })}
    </ul>
  );
}
