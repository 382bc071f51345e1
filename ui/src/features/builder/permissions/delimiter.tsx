import { useState } from "react";
import { Breakable } from "../../../components/breakable";
import { Select } from "../../../components/select";
import { TextField } from "../../../components/field";
import type { JsonObject } from "../../../ipc/generated";
import { asList, asText } from "../../../lib/json";
import { texts } from "../../../texts/permissions";
import { DraftList, FieldSet, problemText } from "../draft-fields";
import { delimiters, joined } from "../scope-list";
import type { Draft } from "../use-draft";

const DELIMITER = "/scopes/delimiter";
const ALWAYS = "/authentication/default_scopes";

/** What stands between two permissions, and what the service is sent. */
export function DelimiterFields({ draft, rows }: { draft: Draft; rows: readonly JsonObject[] }) {
  const isOpenId = draft.text("/authentication/type") === "openid_connect";
  const delimiter = isOpenId ? "space" : draft.text(DELIMITER) || "space";
  const named = delimiters.find((each) => each === delimiter);
  const [own, setOwn] = useState(named === undefined);
  const problem = problemText(draft.problem(DELIMITER));
  const always = asList(draft.value(ALWAYS)).map(asText);
  const sent = [
    ...new Set([...always, ...rows.filter((row) => row.default === true).map((row) => asText(row.value))]),
  ].filter(Boolean);
  return (
    <FieldSet title={texts.sentTitle} lead={isOpenId ? texts.alwaysSpace : undefined}>
      <div className="f2">
        {!isOpenId && (
          <Select
            label={texts.delimiter}
            options={[...delimiters, "own" as const].map((id) => ({ id, name: texts.delimiters[id] }))}
            value={own ? "own" : (named ?? "own")}
            onChange={(next) => {
              setOwn(next === "own");
              if (next !== "own") draft.set(DELIMITER, next);
            }}
            onBlur={() => draft.leave(DELIMITER)}
            problem={own ? undefined : problem}
          />
        )}
        {!isOpenId && own && (
          <TextField
            label={texts.own}
            mono
            value={named === undefined ? delimiter : ""}
            onChange={(text) => draft.set(DELIMITER, text === "" ? undefined : text)}
            onBlur={() => draft.leave(DELIMITER)}
            problem={problem}
          />
        )}
        <DraftList
          draft={draft}
          pointer={ALWAYS}
          label={texts.always}
          optional
          mono
          className={own || isOpenId ? "wide" : ""}
          hint={texts.alwaysHint}
        />
      </div>
      <div className="http stacked">
        <div className="http__bar">{texts.preview}</div>
        {sent.length === 0 ? (
          <p className="hint perms__nothing">{texts.previewEmpty}</p>
        ) : (
          <pre>
            <span className="l">
              <span className="hk">scope</span>=
              <span className="au">
                <Breakable text={joined(sent, delimiter)} />
              </span>
            </span>
          </pre>
        )}
      </div>
    </FieldSet>
  );
}
