import { texts } from "../../../texts/oauth";
import { DraftSelect, DraftText, FieldSet } from "../draft-fields";
import type { Draft } from "../use-draft";
import { Registration } from "./registration";

const at = "/authentication";
const authentications = ["basic", "body", "none", "client_secret_jwt", "private_key_jwt"] as const;
const withSecret = ["HS256", "HS384", "HS512"] as const;
const withKey = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA"] as const;

/** What the service gave for the registered app, and how it proves itself. */
export function YourApp({ draft, authenticates }: { draft: Draft; authenticates: boolean }) {
  const name = draft.text("/name");
  const way = draft.text(`${at}/client_authentication`);
  const proof = !authenticates || way === "none" ? null : way === "private_key_jwt" ? "key" : "secret";
  const signs = authenticates && (way === "client_secret_jwt" || way === "private_key_jwt");
  const algorithms = way === "client_secret_jwt" ? withSecret : withKey;
  return (
    <FieldSet title={name ? texts.app(name) : texts.appNoName} lead={texts.appLead}>
      <Registration connector={draft.id} proof={proof} />
      <div className="f2 stacked">
        {authenticates && (
          <DraftSelect
            draft={draft}
            pointer={`${at}/client_authentication`}
            label={texts.authentication}
            fallback="basic"
            hint={texts.authenticationHint}
            options={authentications.map((id) => ({ id, name: texts.authentications[id] }))}
          />
        )}
        {signs && (
          <>
            <DraftSelect
              draft={draft}
              pointer={`${at}/client_assertion/algorithm`}
              label={texts.assertion.algorithm}
              fallback="usual"
              options={[
                { id: "usual", name: texts.assertion.usual },
                ...algorithms.map((id) => ({ id, name: id })),
              ]}
            />
            <DraftText
              draft={draft}
              pointer={`${at}/client_assertion/key_id`}
              label={texts.assertion.keyId}
              optional
              mono
            />
            <DraftText
              draft={draft}
              pointer={`${at}/client_assertion/audience`}
              label={texts.assertion.audience}
              optional
              mono
              className="wide"
              hint={texts.audienceHint}
            />
          </>
        )}
      </div>
    </FieldSet>
  );
}
