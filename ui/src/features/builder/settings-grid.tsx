import { useState } from "react";
import type { JsonObject } from "../../ipc/generated";
import { asList, asObject, asText } from "../../lib/json";
import { texts } from "../../texts/builder";
import { DraftList, DraftText } from "./draft-fields";
import { type Column, RowsGrid, derivedKey, withDerivedKey } from "./rows-grid";
import type { Draft } from "./use-draft";

const t = texts.setting;
const DIGITS = "[0-9]+";
type Kind = keyof typeof t.kinds;

function kindOf(row: JsonObject): Kind {
  if (row.options !== undefined) return "list";
  return row.pattern === DIGITS ? "digits" : "text";
}

function withKind({ options, pattern, ...row }: JsonObject, kind: string): JsonObject {
  if (kind === "list") return { ...row, options: options ?? [] };
  if (kind === "digits") return { ...row, pattern: DIGITS };
  return pattern === undefined || pattern === DIGITS ? row : { ...row, pattern };
}

const columns: readonly Column[] = [
  {
    kind: "text",
    key: "label",
    head: t.label,
    width: "minmax(0, 3fr)",
    write: (row, text) => withDerivedKey(row, "label", text),
  },
  { kind: "text", key: "key", head: t.key, width: "minmax(0, 3fr)", mono: true },
  {
    kind: "select",
    key: "kind",
    head: t.kind,
    width: "96px",
    options: (["text", "digits", "list"] as const).map((id) => ({ id, name: t.kinds[id] })),
    read: kindOf,
    write: withKind,
  },
  { kind: "text", key: "example", head: t.example, width: "minmax(0, 2fr)" },
  {
    kind: "check",
    key: "required",
    head: t.need,
    width: "48px",
    read: (row) => row.required !== false,
    write: ({ required: _, ...row }, on) => (on ? row : { ...row, required: false }),
    label: t.isNeeded,
  },
];

const nameOf = (row: JsonObject) => asText(row.label) || asText(row.key);

/** What each connection fills in, and the details of the selected one. */
export function SettingsGrid({ draft }: { draft: Draft }) {
  const [current, setCurrent] = useState(0);
  const rows = asList(draft.value("/settings")).map(asObject);
  const row = rows[current];
  const at = `/settings/${current}`;
  const unused = draft.check.problems.filter(
    (each) => each.severity === "advice" && each.pointer.startsWith("/settings"),
  );
  return (
    <>
      <RowsGrid
        draft={draft}
        pointer="/settings"
        label={texts.general.settings}
        columns={columns}
        addText={t.add}
        nameOf={nameOf}
        newRow={(text) => ({ key: derivedKey(text), label: text })}
        current={current}
        onCurrent={setCurrent}
      />
      {rows.length === 0 && <p className="hint gi__problem">{texts.general.settingsEmpty}</p>}
      {unused.map((each) => (
        <p className="hint hint--warn gi__problem" key={each.pointer + each.code}>
          {each.message} {each.remedy}
        </p>
      ))}
      {row && (
        <section className="fs--detail" aria-label={nameOf(row) || texts.unnamed}>
          <h3>{nameOf(row) || texts.unnamed}</h3>
          <p className="lead">{t.detail}</p>
          <div className="f2" key={current}>
            {kindOf(row) === "list" ? (
              <DraftList draft={draft} pointer={`${at}/options`} label={t.options} hint={t.optionsHint} />
            ) : (
              <DraftText
                draft={draft}
                pointer={`${at}/pattern`}
                label={t.pattern}
                optional
                mono
                hint={t.patternHint}
              />
            )}
            <DraftText draft={draft} pointer={`${at}/default`} label={t.default} optional />
            <DraftText draft={draft} pointer={`${at}/help`} label={t.help} optional className="wide" />
          </div>
        </section>
      )}
    </>
  );
}
