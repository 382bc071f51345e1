import { useState } from "react";
import type { JsonObject } from "../../ipc/generated";
import { asList, asObject, asText } from "../../lib/json";
import { texts } from "../../texts/builder";
import { DraftList, DraftText, FieldSet } from "./draft-fields";
import { type Column, RowsGrid, derivedKey, withDerivedKey } from "./rows-grid";
import type { Draft } from "./use-draft";

const t = texts.authFields;
const LIST = "/authentication/fields";
const kinds = (["text", "password", "number", "boolean", "date", "list"] as const).map((id) => ({
  id,
  name: t.kinds[id],
}));

const columns: readonly Column[] = [
  {
    kind: "text",
    key: "name",
    head: t.name,
    width: "minmax(0, 5fr)",
    write: (row, text) => withDerivedKey(row, "name", text),
  },
  { kind: "text", key: "key", head: t.key, width: "minmax(0, 4fr)", mono: true },
  {
    kind: "select",
    key: "type",
    head: t.kind,
    width: "112px",
    options: kinds,
    read: (row) => asText(row.type) || "text",
    write: ({ options, ...row }, type) => ({
      ...row,
      type,
      ...(type === "list" && { options: options ?? [] }),
    }),
  },
  {
    kind: "check",
    key: "optional",
    head: t.need,
    width: "52px",
    read: (row) => row.optional !== true,
    write: ({ optional: _, ...row }, on) => (on ? row : { ...row, optional: true }),
    label: t.isNeeded,
  },
];

const nameOf = (row: JsonObject) => asText(row.name) || asText(row.key);

export function AuthFieldsFields({ draft }: { draft: Draft }) {
  const [current, setCurrent] = useState(0);
  const rows = asList(draft.value(LIST)).map(asObject);
  const row = rows[current];
  const at = `${LIST}/${current}`;
  return (
    <>
      <FieldSet title={t.title} lead={t.lead}>
        <RowsGrid
          draft={draft}
          pointer={LIST}
          label={t.title}
          columns={columns}
          addText={t.add}
          nameOf={nameOf}
          newRow={(name) => ({ name, key: derivedKey(name), type: "text" })}
          current={current}
          onCurrent={setCurrent}
        />
        <p className="hint gi__problem">{t.hint}</p>
      </FieldSet>
      {row && (
        <FieldSet title={nameOf(row) || texts.unnamed} lead={t.detail}>
          <div className="f2" key={current}>
            {row.type === "list" && (
              <DraftList
                draft={draft}
                pointer={`${at}/options`}
                label={t.options}
                hint={t.optionsHint}
                className="wide"
              />
            )}
            <DraftText
              draft={draft}
              pointer={`${at}/help`}
              label={texts.security.help}
              optional
              className="wide"
              hint={texts.security.helpHint}
            />
          </div>
        </FieldSet>
      )}
    </>
  );
}
