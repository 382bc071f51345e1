import type { JsonObject, JsonValue } from "../../../ipc/generated";
import { asText } from "../../../lib/json";

/** Which fields of the OAuth family go with which grant. What is wrong with them, the core says. */

export const grants = [
  "authorization_code",
  "client_credentials",
  "device_code",
  "password",
  "implicit",
] as const;
export type Grant = (typeof grants)[number];

export const responseTypes = ["code", "code id_token", "token", "id_token", "id_token token"] as const;
export type ResponseType = (typeof responseTypes)[number];

export function grantOf(authentication: JsonObject): Grant {
  return grants.find((grant) => grant === authentication.grant_type) ?? "authorization_code";
}

/** What the sign-in page is asked to hand back. */
export function responseTypeOf(authentication: JsonObject): ResponseType {
  const written = responseTypes.find((each) => each === authentication.response_type);
  if (written) return written;
  if (grantOf(authentication) === "implicit") return "token";
  const hasTokenAddress = asText(authentication.token_url) !== "" || asText(authentication.issuer) !== "";
  return authentication.type === "openid_connect" && !hasTokenAddress ? "id_token" : "code";
}

/** The response types that a grant can have. */
export function responseTypesOf(type: string, grant: Grant): readonly ResponseType[] {
  if (type === "openid_connect") return responseTypes;
  return responseTypes.filter((each) => each.includes("code") === (grant === "authorization_code"));
}

const ways = {
  browser: ["authorization_code", "implicit"],
  code: ["authorization_code"],
  device: ["device_code"],
  token: ["authorization_code", "client_credentials", "device_code", "password"],
  refresh: ["authorization_code", "device_code", "password"],
  person: ["authorization_code", "device_code", "password", "implicit"],
} as const satisfies Record<string, readonly Grant[]>;

/** The keys that only some grants have, by what they are about; all others go with every grant. */
const keysOfWay: Record<keyof typeof ways, readonly string[]> = {
  browser: [
    "authorize_url",
    "redirect",
    "redirect_port",
    "redirect_host",
    "redirect_path",
    "redirect_uri",
    "response_mode",
    "extra_authorize_params",
    "prefill_email",
    "private_session",
  ],
  code: ["pkce", "scope_on_exchange"],
  device: ["device_authorization_url"],
  token: [
    "token_url",
    "token_method",
    "client_authentication",
    "client_assertion",
    "basic_encoding",
    "client_id_in_body",
    "extra_token_params",
    "token_headers",
    "token_body",
    "token_response",
  ],
  refresh: ["refresh_url", "extra_refresh_params"],
  person: ["userinfo_url", "display_name"],
};

/** Whether a grant has what the way is about. */
export function goes(grant: Grant, way: keyof typeof ways): boolean {
  return (ways[way] as readonly Grant[]).includes(grant);
}

function belongs(key: string, grant: Grant): boolean {
  const way = (Object.keys(keysOfWay) as (keyof typeof ways)[]).find((each) => keysOfWay[each].includes(key));
  return way === undefined || goes(grant, way);
}

/** What was typed under grants that are not chosen now. */
export type Aside = Map<string, JsonValue>;

/** The authentication with another grant: what does not go with it is put aside, what was put aside comes back. */
export function withGrant(authentication: JsonObject, next: Grant, aside: Aside): JsonObject {
  const before = grantOf(authentication);
  const { grant_type: _, response_type: response, ...rest } = authentication;
  if (response !== undefined) aside.set(`response_type ${before}`, response);
  const kept: JsonObject = {};
  for (const [key, value] of Object.entries(rest)) {
    if (belongs(key, next)) kept[key] = value;
    else aside.set(key, value);
  }
  for (const [key, value] of aside) {
    if (kept[key] === undefined && !key.includes(" ") && belongs(key, next)) kept[key] = value;
  }
  const responseBefore = aside.get(`response_type ${next}`);
  return {
    ...kept,
    ...(next !== "authorization_code" && { grant_type: next }),
    ...(responseBefore !== undefined && { response_type: responseBefore }),
  };
}
