import { Picks } from "../../../components/picks";
import { texts as oauth } from "../../../texts/oauth";
import { texts } from "../../../texts/signing";
import { DraftSelect, DraftText, FieldSet } from "../draft-fields";
import { InsecureAllowance } from "../insecure-allowance";
import type { Draft } from "../use-draft";
import { Redirect } from "./redirect";
import { Registration } from "./registration";

const t = texts.oauth1;
const at = "/authentication";
const methods = ["HMAC-SHA1", "HMAC-SHA256", "HMAC-SHA512", "RSA-SHA1", "RSA-SHA256", "PLAINTEXT"] as const;

/** OAuth 1.0a: the app, how its requests are signed, and the three steps to a token. */
export function OAuth1Fields({ draft }: { draft: Draft }) {
  const three = draft.value(`${at}/legs`) !== 2;
  return (
    <>
      <App draft={draft} />
      <FieldSet title={t.legs} lead={t.legsLead}>
        <Picks
          label={t.legs}
          value={three ? "3" : "2"}
          onChange={(legs) => draft.set(`${at}/legs`, legs === "2" ? 2 : undefined)}
          picks={[
            { id: "3", ...t.three },
            { id: "2", ...t.two },
          ]}
        />
      </FieldSet>
      {three && <Redirect draft={draft} />}
      {three && <Addresses draft={draft} />}
    </>
  );
}

function App({ draft }: { draft: Draft }) {
  const name = draft.text("/name");
  const method = draft.text(`${at}/signature_method`);
  const header = draft.text(`${at}/placement`);
  return (
    <FieldSet title={name ? oauth.app(name) : oauth.appNoName} lead={t.appLead}>
      <Registration
        connector={draft.id}
        proof={method.startsWith("RSA") ? "key" : "secret"}
        names={{ id: t.consumerKey, secret: t.consumerSecret }}
      />
      <div className="f2 stacked">
        <DraftSelect
          draft={draft}
          pointer={`${at}/signature_method`}
          label={t.method}
          fallback="HMAC-SHA1"
          hint={method === "PLAINTEXT" ? t.plaintextHint : undefined}
          options={methods.map((id) => ({ id, name: id }))}
        />
        <DraftSelect
          draft={draft}
          pointer={`${at}/placement`}
          label={t.placement}
          fallback="header"
          options={(["header", "query", "form"] as const).map((id) => ({ id, name: t.placements[id] }))}
        />
        {(header === "" || header === "header") && (
          <DraftText
            draft={draft}
            pointer={`${at}/realm`}
            label={t.realm}
            optional
            mono
            className="wide"
            hint={t.realmHint}
          />
        )}
      </div>
    </FieldSet>
  );
}

function Addresses({ draft }: { draft: Draft }) {
  const fields = [
    { key: "request_token_url", label: t.request, optional: false },
    { key: "authorize_url", label: t.authorize, optional: false },
    { key: "access_token_url", label: t.access, optional: false },
    { key: "revoke_url", label: t.revoke, optional: true },
  ];
  return (
    <FieldSet title={t.addresses} lead={t.addressesLead}>
      <div className="col stack">
        {fields.map(({ key, label, optional }) => (
          <DraftText
            key={key}
            draft={draft}
            pointer={`${at}/${key}`}
            label={label}
            optional={optional}
            mono
            placeholder="https://"
          />
        ))}
        {draft.text(`${at}/revoke_url`) !== "" && (
          <DraftSelect
            draft={draft}
            pointer={`${at}/revoke_method`}
            label={t.revokeMethod}
            fallback="POST"
            options={(["POST", "GET"] as const).map((id) => ({ id, name: id }))}
          />
        )}
        <InsecureAllowance draft={draft} addresses={fields.map(({ key }) => draft.text(`${at}/${key}`))} />
      </div>
    </FieldSet>
  );
}
