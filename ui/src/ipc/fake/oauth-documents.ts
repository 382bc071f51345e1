import { asText, asObject } from "../../lib/json";
import type { JsonObject, Piece, PlannedView, PromptView, SigningStep } from "../generated";
import { goes, grantOf, responseTypeOf } from "../../features/builder/oauth/flow";
import { prompt } from "./prompt";

/** What the core makes of the OAuth family, near enough to try the builder. The rules live in Rust. */

export function oauthPrompts(authentication: JsonObject): PromptView[] {
  if (grantOf(authentication) !== "password") return [];
  return [
    prompt({ key: "username", name: "User name" }),
    prompt({ key: "password", name: "Password", secret: true }),
  ];
}

export function checkOAuth(
  document: JsonObject,
  report: (
    pointer: string,
    code: string,
    message: string,
    remedy: string,
    severity?: "error" | "advice",
  ) => void,
): void {
  const it = asObject(document.authentication);
  if (it.type !== "oauth2" && it.type !== "openid_connect") return;
  const grant = grantOf(it);
  const isOpenId = it.type === "openid_connect";
  const missing = (key: string, title: string) =>
    asText(it[key]) ||
    report(`/authentication/${key}`, "missing", `${title} is missing.`, "Copy it from the documentation.");
  if (isOpenId && !asText(it.issuer)) missing("issuer", "Issuer");
  if (!isOpenId) {
    if (goes(grant, "browser")) missing("authorize_url", "Authorize address");
    if (goes(grant, "device")) missing("device_authorization_url", "Device address");
    if (goes(grant, "token")) missing("token_url", "Token address");
  }
  const redirect = asText(it.redirect) || "app";
  if (goes(grant, "browser") && redirect === "app" && !responseTypeOf(it).includes("code"))
    report(
      "/authentication/redirect",
      "conflict",
      "Redirect to the app cannot take a token, because other programs could claim the app’s address.",
      "Set the redirect to loopback.",
    );
  if (redirect === "manual" && goes(grant, "browser")) missing("redirect_uri", "Redirect address");
  const permissions = asObject(document.scopes).items;
  if (!isOpenId && permissions === undefined)
    report(
      "/scopes",
      "recommended",
      "No permissions are listed, so the service decides what a connection may do.",
      "List the permissions that the service offers.",
      "advice",
    );
}

/** What a client assertion will say, where the app shows who it is by one. */
function assertionSteps(
  { client_authentication: manner, client_id, token_url }: JsonObject,
  text: (value: string) => Piece,
  gap: (label: string) => Piece,
): SigningStep[] {
  if (manner !== "client_secret_jwt" && manner !== "private_key_jwt") return [];
  const id = asText(client_id) || "client-id";
  const alg = manner === "private_key_jwt" ? gap("As the key says") : text('"HS256"');
  const later = (name: string, label: string) => [text(`,\n  "${name}": `), gap(label)];
  return [
    { text: "assertion_header", pieces: [text('{\n  "alg": '), alg, text(',\n  "typ": "JWT"\n}')] },
    {
      text: "assertion_claims",
      pieces: [
        text(`{\n  "iss": "${id}",\n  "sub": "${id}",\n  "aud": "${asText(token_url)}"`),
        ...later("jti", "New for each request"),
        ...later("iat", "When it is sent"),
        ...later("nbf", "When it is sent"),
        ...later("exp", "300 s later"),
        text("\n}"),
      ],
    },
  ];
}

/** The requests of a sign-in, as far as the fake host tells them. */
export function plannedSignIn(document: JsonObject): PlannedView[] {
  const it = asObject(document.authentication);
  if (it.type !== "oauth2" && it.type !== "openid_connect") return [];
  const grant = grantOf(it);
  const text = (value: string): Piece => ({ kind: "text", text: value, authentication: false });
  const gap = (label: string): Piece => ({ kind: "secret", label });
  const signing = assertionSteps(it, text, gap);
  const planned = (title: string, method: string, url: string, rest: Piece[], body: Piece[] | null) => ({
    title,
    sent: { method, url: [text(url), ...rest], headers: [], body, notes: [], signing: body ? signing : [] },
  });
  const id = asText(it.client_id) || "client-id";
  const [page, token] = [asText(it.authorize_url), asText(it.token_url)];
  const steps: PlannedView[] = [];
  if (page && goes(grant, "browser"))
    steps.push(
      planned(
        "Opens the sign-in page in the browser",
        "GET",
        page,
        [text(`?response_type=code&client_id=${id}&state=`), gap("New for each sign-in")],
        null,
      ),
    );
  if (token)
    steps.push(
      planned(
        "Asks for the token",
        "POST",
        token,
        [],
        [text(`grant_type=${grant}&code=`), gap("What the browser brings")],
      ),
      planned(
        "Renews the token later",
        "POST",
        token,
        [],
        [text("grant_type=refresh_token&refresh_token="), gap("Refresh token")],
      ),
    );
  return steps;
}
