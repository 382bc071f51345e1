import { TextField } from "../../components/field";
import { texts } from "../../texts/builder";
import { DraftText, FieldSet } from "./draft-fields";
import type { Draft } from "./use-draft";

const t = texts.bearer;
const at = "/authentication";

export function BearerFields({ draft }: { draft: Draft }) {
  return (
    <FieldSet title={t.title} lead={t.lead}>
      <div className="f2">
        <DraftText draft={draft} pointer={`${at}/name`} label={t.name} />
        <DraftText draft={draft} pointer={`${at}/prefix`} label={t.prefix} mono />
        <TextField label={t.key} value="Authorization" onChange={() => {}} readOnly mono hint={t.keyHint} />
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
    </FieldSet>
  );
}
