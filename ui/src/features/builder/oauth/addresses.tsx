import { texts } from "../../../texts/oauth";
import { DraftText, FieldSet } from "../draft-fields";
import { InsecureAllowance } from "../insecure-allowance";
import type { Draft } from "../use-draft";
import { type Grant, goes } from "./flow";

const at = "/authentication";

/** Where the service signs people in, gives tokens and takes them back. */
export function Addresses({ draft, grant }: { draft: Draft; grant: Grant }) {
  const isOpenId = draft.text(`${at}/type`) === "openid_connect";
  const hasIssuer = draft.text(`${at}/issuer`) !== "";
  const device = goes(grant, "device");
  const fields = [
    { key: "authorize_url", label: texts.authorize, shown: goes(grant, "browser"), needed: true },
    { key: "device_authorization_url", label: texts.device, shown: device, needed: true },
    { key: "token_url", label: texts.token, shown: goes(grant, "token"), needed: !isOpenId },
    { key: "jwks_url", label: texts.keys, shown: isOpenId, needed: true, hint: texts.keysHint },
    {
      key: "refresh_url",
      label: texts.refresh,
      shown: goes(grant, "refresh"),
      placeholder: texts.sameAsToken,
    },
    { key: "revoke_url", label: texts.revoke, shown: true },
    { key: "introspect_url", label: texts.introspect, shown: true },
    { key: "userinfo_url", label: texts.userinfo, shown: goes(grant, "person") },
    // What a file brought along stays within reach, although the grant has no use for it.
  ].filter((each) => each.shown || draft.text(`${at}/${each.key}`) !== "");
  return (
    <FieldSet title={texts.addresses} lead={hasIssuer ? texts.addressesIssuerLead : texts.addressesLead}>
      <div className="col stack">
        {fields.map(({ key, label, needed, hint, placeholder }) => (
          <DraftText
            key={key}
            draft={draft}
            pointer={`${at}/${key}`}
            label={label}
            optional={!needed || hasIssuer}
            mono
            hint={hint}
            placeholder={placeholder ?? "https://"}
          />
        ))}
        <InsecureAllowance
          draft={draft}
          addresses={[...fields.map(({ key }) => draft.text(`${at}/${key}`)), draft.text(`${at}/issuer`)]}
        />
      </div>
    </FieldSet>
  );
}
