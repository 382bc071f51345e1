import { Picks } from "../../components/picks";
import type { JsonObject } from "../../ipc/generated";
import { asObject } from "../../lib/json";
import { texts } from "../../texts/builder";
import { ApiKeyFields } from "./api-key-fields";
import { AuthFieldsFields } from "./auth-fields-fields";
import { AwsFields } from "./aws-fields";
import { BasicFields } from "./basic-fields";
import { BearerFields } from "./bearer-fields";
import { FieldSet } from "./draft-fields";
import { OAuth1Fields } from "./oauth/oauth1-fields";
import { OAuthFields } from "./oauth/oauth-fields";
import type { Draft } from "./use-draft";

const t = texts.security;
type Type = keyof typeof t.types;
const types = [
  "none",
  "basic",
  "api_key",
  "bearer",
  "auth_fields",
  "oauth1",
  "oauth2",
  "openid_connect",
  "aws_sigv4",
] as const satisfies readonly Type[];

/** What a type begins with when it is chosen for the first time. */
const begin: Record<Type, JsonObject> = {
  none: { type: "none" },
  basic: { type: "basic" },
  api_key: { type: "api_key", parameters: [{ name: "API key", key: "X-Api-Key", location: "header" }] },
  bearer: { type: "bearer", name: "Bearer Token", prefix: "Bearer" },
  auth_fields: { type: "auth_fields", fields: [] },
  oauth1: { type: "oauth1" },
  oauth2: { type: "oauth2" },
  openid_connect: { type: "openid_connect" },
  aws_sigv4: { type: "aws_sigv4", service: "execute-api", region: "us-east-1" },
};

/** What stands between two permissions at first; OpenID Connect knows nothing but a blank. */
const delimiters: Partial<Record<Type, string>> = { oauth2: "comma", openid_connect: "space" };

/** What was typed under a type that is not chosen now, for as long as the window is open: choosing it again brings it
 *  back. The document has one type only. */
const setAside = new Map<string, JsonObject>();

export function SecurityStep({ draft }: { draft: Draft }) {
  const authentication = asObject(draft.value("/authentication"));
  const type = types.find((each) => each === authentication.type) ?? null;
  const name = draft.text("/name");
  const choose = (next: Type) => {
    if (next === type) return;
    if (type) setAside.set(`${draft.id}/${type}`, authentication);
    draft.set("/authentication", setAside.get(`${draft.id}/${next}`) ?? begin[next]);
    const delimiter = delimiters[next];
    if (delimiter && (next === "openid_connect" || draft.value("/scopes/delimiter") === undefined))
      draft.set("/scopes/delimiter", delimiter);
  };
  return (
    <>
      <FieldSet title={name ? t.title(name) : t.titleNoName} lead={t.lead}>
        <Picks
          label={t.label}
          value={type}
          onChange={choose}
          picks={types.map((id) => ({ id, ...t.types[id] }))}
        />
      </FieldSet>
      {type === "none" && (
        <FieldSet title={t.noneTitle} lead={t.noneLead}>
          {null}
        </FieldSet>
      )}
      {type === "basic" && <BasicFields draft={draft} />}
      {type === "api_key" && <ApiKeyFields draft={draft} />}
      {type === "bearer" && <BearerFields draft={draft} />}
      {type === "auth_fields" && <AuthFieldsFields draft={draft} />}
      {type === "oauth1" && <OAuth1Fields draft={draft} />}
      {type === "aws_sigv4" && <AwsFields draft={draft} />}
      {(type === "oauth2" || type === "openid_connect") && <OAuthFields draft={draft} key={type} />}
    </>
  );
}
