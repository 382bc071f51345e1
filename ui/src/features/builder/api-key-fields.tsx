import { useState } from "react";
import type { JsonObject } from "../../ipc/generated";
import { asList, asObject, asText } from "../../lib/json";
import { texts } from "../../texts/builder";
import { DraftSwitch, DraftText, FieldSet } from "./draft-fields";
import { type Column, RowsGrid } from "./rows-grid";
import type { Draft } from "./use-draft";

const t = texts.apiKey;
const LIST = "/authentication/parameters";
const locations = (["header", "query", "form", "path"] as const).map((id) => ({
  id,
  name: t.locations[id],
  hint: t.locationHints[id] || undefined,
}));

const columns: readonly Column[] = [
  { kind: "text", key: "name", head: t.name, width: "minmax(0, 6fr)" },
  { kind: "text", key: "key", head: t.key, width: "minmax(0, 5fr)", mono: true },
  {
    kind: "select",
    key: "location",
    head: t.location,
    width: "96px",
    options: locations,
    read: (row) => asText(row.location) || "header",
    write: (row, location) => ({ ...row, location }),
  },
  {
    kind: "check",
    key: "secret",
    head: t.secret,
    width: "52px",
    read: (row) => row.secret !== false,
    write: ({ secret: _, ...row }, on) => (on ? row : { ...row, secret: false }),
    label: t.isSecret,
  },
];

const nameOf = (row: JsonObject) => asText(row.name) || asText(row.key);

export function ApiKeyFields({ draft }: { draft: Draft }) {
  const [current, setCurrent] = useState(0);
  const row = asObject(asList(draft.value(LIST))[current]);
  const at = `${LIST}/${current}`;
  const exists = asList(draft.value(LIST))[current] !== undefined;
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
          newRow={(name) => ({ name, key: "", location: "header" })}
          current={current}
          onCurrent={setCurrent}
        />
        <p className="hint gi__problem">{t.hint}</p>
      </FieldSet>
      {exists && (
        <FieldSet title={nameOf(row) || texts.unnamed} lead={t.detail}>
          <div className="f2" key={current}>
            <DraftText
              draft={draft}
              pointer={`${at}/prefix`}
              label={t.prefix}
              optional
              mono
              placeholder={t.prefixNone}
              hint={t.prefixHint}
            />
            <DraftText
              draft={draft}
              pointer={`${at}/looks_like`}
              label={texts.security.looksLike}
              optional
              mono
              hint={texts.security.looksLikeHint}
            />
            <DraftText
              draft={draft}
              pointer={`${at}/help`}
              label={texts.security.help}
              optional
              className="wide"
              hint={texts.security.helpHint}
            />
          </div>
          <DraftSwitch
            draft={draft}
            pointer={`${at}/optional`}
            label={texts.security.optional}
            hint={t.optionalHint}
          />
        </FieldSet>
      )}
    </>
  );
}
