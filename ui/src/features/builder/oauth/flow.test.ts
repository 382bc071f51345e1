import { expect, it } from "vitest";
import { type Aside, goes, responseTypeOf, responseTypesOf, withGrant } from "./flow";

it("keeps what a grant has no use for, and brings it back", () => {
  const aside: Aside = new Map();
  const typed = {
    type: "oauth2",
    authorize_url: "https://login.example/authorize",
    token_url: "https://login.example/token",
    pkce: "plain",
    response_type: "code id_token",
    bearer_name: "Token",
  };
  const machine = withGrant(typed, "client_credentials", aside);
  expect(machine).toEqual({
    type: "oauth2",
    grant_type: "client_credentials",
    token_url: "https://login.example/token",
    bearer_name: "Token",
  });
  const changed = { ...machine, token_url: "https://id.example/token" };
  expect(withGrant(changed, "authorization_code", aside)).toEqual({
    ...typed,
    token_url: "https://id.example/token",
  });
});

it("does not bring back over what was typed since", () => {
  const aside: Aside = new Map([["authorize_url", "https://old.example/authorize"]]);
  const now = { type: "oauth2", grant_type: "implicit", authorize_url: "https://new.example/authorize" };
  expect(withGrant(now, "authorization_code", aside).authorize_url).toBe("https://new.example/authorize");
});

it.each([
  [{ type: "oauth2" }, "code"],
  [{ type: "oauth2", grant_type: "implicit" }, "token"],
  [{ type: "openid_connect", issuer: "https://login.example" }, "code"],
  [{ type: "openid_connect", token_url: "https://login.example/token" }, "code"],
  [{ type: "openid_connect", authorize_url: "https://login.example/authorize" }, "id_token"],
  [{ type: "openid_connect", response_type: "id_token token" }, "id_token token"],
])("%o asks the sign-in page for %s", (authentication, response) => {
  expect(responseTypeOf(authentication)).toBe(response);
});

it("offers the response types that go with the grant", () => {
  expect(responseTypesOf("oauth2", "authorization_code")).toEqual(["code", "code id_token"]);
  expect(responseTypesOf("oauth2", "implicit")).toEqual(["token", "id_token", "id_token token"]);
});

it("asks for no sign-in page where nobody signs in", () => {
  expect(goes("client_credentials", "browser")).toBe(false);
  expect(goes("device_code", "browser")).toBe(false);
  expect(goes("implicit", "token")).toBe(false);
});
