import { asObject } from "../../lib/json";
import { texts } from "../../texts/builder";
import { TextField } from "../../components/field";
import { DraftSwitch, DraftText, FieldSet, problemText } from "./draft-fields";
import type { Draft } from "./use-draft";

const t = texts.basic;
const at = "/authentication";
const defaults = {
  username: { name: "User name", key: "username" },
  password: { name: "Password", key: "password" },
};

export function BasicFields({ draft }: { draft: Draft }) {
  return (
    <>
      <FieldSet title={t.title} lead={t.lead}>
        <div className="f2">
          <PromptName draft={draft} which="username" label={t.first} />
          <PromptName draft={draft} which="password" label={t.second} />
        </div>
        <p className="hint stacked">{t.sent}</p>
      </FieldSet>
      <FieldSet title={t.details}>
        <PromptSwitch
          draft={draft}
          which="username"
          member="secret"
          label={t.firstSecret}
          hint={t.firstSecretHint}
        />
        <PromptSwitch
          draft={draft}
          which="password"
          member="optional"
          label={t.secondOptional}
          hint={t.secondOptionalHint}
        />
        <div className="f2 stacked">
          <PromptDetail draft={draft} which="username" member="help" label={t.firstHelp} />
          <PromptDetail draft={draft} which="password" member="help" label={t.secondHelp} />
          <PromptDetail
            draft={draft}
            which="password"
            member="looks_like"
            label={t.secondLooksLike}
            mono
            hint={texts.security.looksLikeHint}
          />
        </div>
      </FieldSet>
    </>
  );
}

type PromptProps = { draft: Draft; which: keyof typeof defaults; label: string };

/** Makes the prompt's object whole before a member of it is set: it needs its name and key. */
function whole(draft: Draft, which: keyof typeof defaults): void {
  const pointer = `${at}/${which}`;
  draft.set(pointer, { ...defaults[which], ...asObject(draft.value(pointer)) });
}

function PromptName({ draft, which, label }: PromptProps) {
  const pointer = `${at}/${which}/name`;
  const value = draft.value(pointer);
  return (
    <TextField
      label={label}
      value={value === undefined ? defaults[which].name : draft.text(pointer)}
      onChange={(text) => {
        whole(draft, which);
        draft.set(pointer, text);
      }}
      onBlur={() => draft.leave(pointer)}
      problem={problemText(draft.problem(pointer))}
    />
  );
}

function PromptDetail({
  draft,
  which,
  member,
  ...field
}: PromptProps & { member: string; mono?: boolean; hint?: string }) {
  const pointer = `${at}/${which}/${member}`;
  return (
    <DraftText
      {...field}
      draft={draft}
      pointer={pointer}
      optional
      onChange={(text) => {
        whole(draft, which);
        draft.set(pointer, text || undefined);
      }}
    />
  );
}

function PromptSwitch({ draft, which, member, label, hint }: PromptProps & { member: string; hint: string }) {
  const wholeFirst: Draft = {
    ...draft,
    set: (pointer, value) => {
      whole(draft, which);
      draft.set(pointer, value);
    },
  };
  return <DraftSwitch draft={wholeFirst} pointer={`${at}/${which}/${member}`} label={label} hint={hint} />;
}
