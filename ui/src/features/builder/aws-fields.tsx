import { TextField } from "../../components/field";
import { ComboField, type Offer } from "../../components/combo-field";
import { useAsk } from "../../ipc/ask";
import { texts } from "../../texts/signing";
import { DraftSelect, FieldSet, problemText } from "./draft-fields";
import { InsecureAllowance } from "./insecure-allowance";
import type { Draft } from "./use-draft";

const t = texts.aws;
const at = "/authentication";

/** AWS Signature v4: what is signed for whom, and where the signature stands. */
export function AwsFields({ draft }: { draft: Draft }) {
  const presigned = draft.text(`${at}/placement`) === "query";
  const expires = `${at}/expires`;
  const names = useAsk("aws_names", {}).data;
  return (
    <>
      <FieldSet title={t.title} lead={t.lead}>
        <div className="f2">
          <DraftName
            draft={draft}
            pointer={`${at}/service`}
            label={t.service}
            hint={t.serviceHint}
            offers={names?.services}
          />
          <DraftName
            draft={draft}
            pointer={`${at}/region`}
            label={t.region}
            hint={t.regionHint}
            offers={names?.regions}
          />
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

type DraftNameProps = {
  draft: Draft;
  pointer: string;
  label: string;
  hint: string;
  offers: readonly Offer[] | undefined;
};

/** A name of the draft, of those that AWS has or of one's own. */
function DraftName({ draft, pointer, offers = [], ...field }: DraftNameProps) {
  return (
    <ComboField
      {...field}
      offers={offers}
      value={draft.text(pointer)}
      onChange={(text) => draft.set(pointer, text)}
      onBlur={() => draft.leave(pointer)}
      problem={problemText(draft.problem(pointer))}
    />
  );
}
