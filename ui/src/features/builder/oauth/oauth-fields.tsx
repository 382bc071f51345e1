import { texts } from "../../../texts/oauth";
import { DraftList, DraftSelect, DraftSwitch, DraftText, FieldSet } from "../draft-fields";
import { DraftPairs } from "../draft-pairs";
import type { Draft } from "../use-draft";
import { Addresses } from "./addresses";
import { Advanced } from "./advanced";
import { type Grant, goes, grantOf, responseTypeOf } from "./flow";
import { Lifetime } from "./lifetime";
import { Redirect } from "./redirect";
import { SignIn } from "./sign-in";
import { YourApp } from "./your-app";
import { asObject } from "../../../lib/json";

const at = "/authentication";

/** OAuth 2 and OpenID Connect: the fields that go with what is chosen. */
export function OAuthFields({ draft }: { draft: Draft }) {
  const authentication = asObject(draft.value(at));
  const grant = grantOf(authentication);
  const usesBrowser = goes(grant, "browser");
  const hasCode = usesBrowser && responseTypeOf(authentication).includes("code");
  return (
    <>
      <SignIn draft={draft} grant={grant} hasCode={hasCode} />
      <YourApp draft={draft} authenticates={usesBrowser ? hasCode : true} />
      {usesBrowser && <Redirect draft={draft} />}
      <Addresses draft={draft} grant={grant} />
      <Tokens draft={draft} />
      {usesBrowser && (
        <FieldSet title={texts.extras} lead={texts.extrasLead}>
          <DraftPairs
            draft={draft}
            pointer={`${at}/extra_authorize_params`}
            label={texts.extras}
            addText={texts.addParameter}
          />
        </FieldSet>
      )}
      {goes(grant, "person") && <WhileSigningIn draft={draft} grant={grant} />}
      <Advanced draft={draft} grant={grant} hasCode={hasCode} />
    </>
  );
}

function Tokens({ draft }: { draft: Draft }) {
  const inQuery = draft.text(`${at}/token_location`) === "query";
  return (
    <FieldSet title={texts.tokens} lead={texts.tokensLead}>
      <div className="f2">
        <DraftSelect
          draft={draft}
          pointer={`${at}/token_location`}
          label={texts.parameterType}
          fallback="header"
          options={(["header", "query"] as const).map((id) => ({ id, name: texts.parameterTypes[id] }))}
        />
        {inQuery ? (
          <DraftText
            draft={draft}
            pointer={`${at}/token_key`}
            label={texts.tokenKey}
            optional
            mono
            placeholder="access_token"
            hint={texts.tokenKeyHint}
          />
        ) : (
          <DraftText
            draft={draft}
            pointer={`${at}/bearer_name`}
            label={texts.bearerName}
            optional
            mono
            placeholder="Bearer"
            hint={texts.bearerNameHint}
          />
        )}
        <Lifetime draft={draft} pointer={`${at}/default_expiry`} />
        <DraftList
          draft={draft}
          pointer={`${at}/resource`}
          label={texts.resource}
          optional
          mono
          hint={texts.resourceHint}
        />
        {draft.text(`${at}/type`) === "openid_connect" && (
          <DraftSelect
            draft={draft}
            pointer={`${at}/api_credential`}
            label={texts.credential}
            fallback="access_token"
            options={(["access_token", "id_token"] as const).map((id) => ({
              id,
              name: texts.credentials[id],
            }))}
          />
        )}
      </div>
    </FieldSet>
  );
}

function WhileSigningIn({ draft, grant }: { draft: Draft; grant: Grant }) {
  return (
    <FieldSet title={texts.whileSigningIn}>
      {goes(grant, "browser") && (
        <>
          <DraftSwitch
            draft={draft}
            pointer={`${at}/prefill_email`}
            label={texts.prefill}
            hint={texts.prefillHint}
          />
          <DraftSwitch
            draft={draft}
            pointer={`${at}/private_session`}
            label={texts.privateSession}
            hint={texts.privateSessionHint}
          />
        </>
      )}
      <DraftText
        draft={draft}
        pointer={`${at}/display_name`}
        label={texts.identity}
        optional
        className={goes(grant, "browser") ? "stacked" : ""}
        hint={texts.identityHint}
      />
    </FieldSet>
  );
}
