import { TextField } from "../../components/field";
import { texts } from "../../texts/signing";
import { DraftSelect, DraftText, FieldSet, problemText } from "./draft-fields";
import { InsecureAllowance } from "./insecure-allowance";
import type { Draft } from "./use-draft";

const t = texts.aws;
const at = "/authentication";

/** AWS Signature v4: what is signed for whom, and where the signature stands. */
export function AwsFields({ draft }: { draft: Draft }) {
  const presigned = draft.text(`${at}/placement`) === "query";
  const expires = `${at}/expires`;
  return (
    <>
      <FieldSet title={t.title} lead={t.lead}>
        <div className="f2">
          <DraftText draft={draft} pointer={`${at}/service`} label={t.service} mono hint={t.serviceHint} />
          <DraftText draft={draft} pointer={`${at}/region`} label={t.region} mono hint={t.regionHint} />
          <DraftSelect
            draft={draft}
            pointer={`${at}/placement`}
            label={t.placement}
            fallback="header"
            options={(["header", "query"] as const).map((id) => ({ id, name: t.placements[id] }))}
          />
          <DraftSelect
            draft={draft}
            pointer={`${at}/payload`}
            label={t.payload}
            fallback="signed"
            options={(["signed", "unsigned", "streaming"] as const).map((id) => ({
              id,
              name: t.payloads[id],
            }))}
          />
          {presigned && (
            <TextField
              label={t.expires}
              optional
              mono
              placeholder="3600"
              value={draft.text(expires)}
              onChange={(text) =>
                draft.set(expires, text === "" ? undefined : /^\d{1,9}$/.test(text) ? Number(text) : text)
              }
              onBlur={() => draft.leave(expires)}
              problem={problemText(draft.problem(expires))}
              hint={t.expiresHint}
            />
          )}
        </div>
        <InsecureAllowance draft={draft} addresses={[draft.text("/base_url")]} />
      </FieldSet>
      <FieldSet title={t.keys} lead={t.keysLead}>
        {null}
      </FieldSet>
    </>
  );
}
