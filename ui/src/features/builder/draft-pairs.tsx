import { useState } from "react";
import { ProblemLine } from "../../components/field";
import { KeyValueEditor, type Pair } from "../../components/key-value-editor";
import { asObject, asText, token } from "../../lib/json";
import { texts } from "../../texts/builder";
import { problemText } from "./draft-fields";
import type { Draft } from "./use-draft";

type DraftPairsProps = { draft: Draft; pointer: string; label: string; addText: string };

/** A map of the draft as rows. Rows without a name, and the first of two of one name, stand only here. */
export function DraftPairs({ draft, pointer, label, addText }: DraftPairsProps) {
  const stored = Object.entries(asObject(draft.value(pointer))).map(([name, value]): Pair => [
    name,
    asText(value),
  ]);
  const [pairs, setPairs] = useState(stored);
  const asMap = (rows: readonly Pair[]) => Object.fromEntries(rows.filter(([name]) => name !== ""));
  const [told, setTold] = useState(() => JSON.stringify(asMap(stored)));
  const current = JSON.stringify(asMap(stored));
  if (current !== told) {
    // Changed by someone else, or loaded again.
    setTold(current);
    if (current !== JSON.stringify(asMap(pairs))) setPairs(stored);
  }
  const twice = pairs.find(
    ([name], index) => name !== "" && pairs.findIndex(([other]) => other === name) < index,
  );
  const pointers = pairs.map(([name]) => `${pointer}/${token(name)}`);
  const problems = [...new Set([pointer, ...pointers])]
    .map((each) => draft.problem(each))
    .filter((each) => each !== undefined);
  return (
    <>
      <KeyValueEditor
        label={label}
        pairs={pairs}
        addText={addText}
        isInvalid={(index) => pointers[index] !== undefined && draft.problem(pointers[index]) !== undefined}
        onChange={(next) => {
          setPairs(next);
          const map = asMap(next);
          draft.set(pointer, Object.keys(map).length > 0 ? map : undefined);
        }}
        onBlur={() => {
          for (const each of [pointer, ...pointers]) draft.leave(each);
        }}
      />
      {twice && (
        <div className="gi__problem">
          <ProblemLine>{texts.requests.twice(twice[0])}</ProblemLine>
        </div>
      )}
      {problems.map((problem) => (
        <div className="gi__problem" key={problem.pointer + problem.code}>
          <ProblemLine>{problemText(problem)}</ProblemLine>
        </div>
      ))}
    </>
  );
}
