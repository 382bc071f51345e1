import { asList, asObject, asText } from "../../lib/json";
import type {
  CheckView,
  HeaderLine,
  JsonObject,
  JsonValue,
  Piece,
  PreviewView,
  ProblemView,
  PromptKind,
  PromptView,
  SentView,
} from "../generated";
import { checkOAuth, oauthPrompts, plannedSignIn } from "./oauth-documents";
import { prompt } from "./prompt";
import { signedAs } from "./signing";

/** What the core makes of a draft document, near enough to show and to try the builder. The rules live in Rust. */

const labels: Record<string, string> = {
  none: "None",
  basic: "Basic",
  api_key: "API key",
  bearer: "Bearer token",
  auth_fields: "Auth fields",
  oauth1: "OAuth 1.0a",
  oauth2: "OAuth 2",
  openid_connect: "OpenID Connect",
  aws_sigv4: "AWS Signature v4",
};

export function typeOf(document: JsonObject): string | null {
  return asText(asObject(document.authentication).type) || null;
}

export function typeLabel(document: JsonObject): string {
  const type = typeOf(document);
  if (type === null) return "No type yet";
  const location = asText(asObject(asList(asObject(document.authentication).parameters)[0]).location);
  const where = { header: "Header", query: "Query", form: "Form", path: "Path" }[location];
  return `${labels[type] ?? type}${type === "api_key" && where ? ` · ${where}` : ""}`;
}

const orNull = (value: JsonValue | undefined) => asText(value) || null;

function fromParameter(value: JsonValue, secret: boolean): PromptView {
  const it = asObject(value);
  return prompt({
    key: asText(it.key),
    name: asText(it.name) || asText(it.key),
    secret,
    optional: it.optional === true,
    help: orNull(it.help),
    looks_like: orNull(it.looks_like),
  });
}

export function promptsOf(document: JsonObject): PromptView[] {
  const it = asObject(document.authentication);
  switch (asText(it.type)) {
    case "basic":
      return [
        fromParameter(
          { key: "username", name: "User name", ...asObject(it.username) },
          asObject(it.username).secret === true,
        ),
        fromParameter({ key: "password", name: "Password", ...asObject(it.password) }, true),
      ];
    case "api_key":
      return asList(it.parameters).map((each) => fromParameter(each, asObject(each).secret !== false));
    case "bearer":
      return [
        prompt({
          key: "token",
          name: asText(it.name) || "Bearer Token",
          secret: true,
          help: orNull(it.help),
          looks_like: orNull(it.looks_like),
        }),
      ];
    case "oauth2":
    case "openid_connect":
      return oauthPrompts(it);
    case "aws_sigv4":
      return [
        prompt({ key: "access_key_id", name: "Access key ID" }),
        prompt({ key: "secret_access_key", name: "Secret access key", secret: true }),
        prompt({ key: "session_token", name: "Session token", secret: true, optional: true }),
      ];
    case "auth_fields":
      return asList(it.fields).map((each) => {
        const field = asObject(each);
        const kind = (asText(field.type) || "text") as PromptKind;
        return {
          ...fromParameter(each, kind === "password"),
          kind,
          options: asList(field.options).map(asText),
        };
      });
    default:
      return [];
  }
}

export function settingsOf(document: JsonObject): PromptView[] {
  return asList(document.settings).map((each) => {
    const it = asObject(each);
    const options = asList(it.options).map(asText);
    return prompt({
      key: asText(it.key),
      name: asText(it.label) || asText(it.key),
      help: orNull(it.help),
      example: orNull(it.example),
      default: orNull(it.default),
      optional: it.required === false,
      options,
      kind: options.length > 0 ? "list" : "text",
    });
  });
}

export function placeholdersOf(document: JsonObject): string[] {
  const places = [document.base_url, document.headers, document.query, asObject(document.verify).path];
  const found = JSON.stringify(places).matchAll(/\{([a-z0-9_]+)\}/g);
  return [...new Set([...found].map(([, key]) => key ?? ""))];
}

export function checkOf(document: JsonObject): CheckView {
  const problems: ProblemView[] = [];
  const report = (
    pointer: string,
    code: string,
    message: string,
    remedy: string,
    severity: ProblemView["severity"] = "error",
  ) => problems.push({ pointer, code, message, remedy, severity });
  const name = asText(document.name);
  if (!name) report("/name", "missing", "The connector has no name yet.", "Give it one.");
  else if (name.length > 50)
    report("/name", "too_long", `The name has ${name.length} characters.`, "Use 50 at the most.");
  else if (!/^[\p{L}\p{N}_][\p{L}\p{N} *_\-@/!:|&~\\+]*$/u.test(name))
    report(
      "/name",
      "characters",
      "The name has a character that names may not have.",
      "Use letters, digits, spaces and * _ - @ / ! : | & ~ \\ +.",
    );
  if (asText(document.description).length > 255)
    report("/description", "too_long", "The description is longer than 255 characters.", "Shorten it.");
  const base = asText(document.base_url);
  if (!base)
    report(
      "/base_url",
      "missing",
      "The base address is empty.",
      "Type where the service’s API begins, with https://.",
    );
  else if (!/^https?:\/\/[^/\s]+/.test(base))
    report("/base_url", "scheme", "The address needs https:// at the start.", "Put https:// before it.");
  if (typeOf(document) === null)
    report("/authentication", "missing", "No authentication type is chosen.", "Pick one under Security.");
  checkParameters(document, report);
  checkOAuth(document, report);
  const declared = new Set([
    ...settingsOf(document).map((each) => each.key),
    ...promptsOf(document).map((each) => each.key),
  ]);
  for (const key of placeholdersOf(document).filter((each) => !declared.has(each)))
    report(
      "/base_url",
      "undeclared",
      `{${key}} is no setting of this connector.`,
      "Add it under Settings, or take it out of the address.",
    );
  const needed = problems.filter((each) => each.severity === "error");
  if (!document.verify)
    report(
      "/verify",
      "no_verify",
      "No verify request is named.",
      "Name one, so that a connection can be proven.",
      "advice",
    );
  return {
    problems,
    missing_for_ready: needed,
    prompts: promptsOf(document),
    settings: settingsOf(document),
  };
}

function checkParameters(
  document: JsonObject,
  report: (pointer: string, code: string, message: string, remedy: string) => void,
): void {
  if (typeOf(document) !== "api_key") return;
  const parameters = asList(asObject(document.authentication).parameters).map(asObject);
  if (parameters.length === 0)
    report("/authentication/parameters", "missing", "No parameter is named.", "Add the first one.");
  parameters.forEach((each, index) => {
    const at = `/authentication/parameters/${index}`;
    const key = asText(each.key);
    if (!key)
      report(`${at}/key`, "missing", `“${asText(each.name)}” has no key.`, "Type its name on the wire.");
    const twin = parameters.slice(0, index).find((other) => key && asText(other.key) === key);
    if (twin)
      report(
        `${at}/key`,
        "twice",
        `“${asText(twin.name)}” and “${asText(each.name)}” both use ${key}.`,
        "Give one of them another key.",
      );
  });
}

const text = (value: string, authentication = false): Piece => ({
  kind: "text",
  text: value,
  authentication,
});

function filled(template: string, values: Record<string, string | undefined>): Piece[] {
  return template
    .split(/(\{[a-z0-9_]+\})/)
    .filter(Boolean)
    .map((part) => {
      const key = part.match(/^\{(.+)\}$/)?.[1];
      if (key === undefined) return text(part);
      const value = values[key];
      return value ? text(value) : { kind: "placeholder", key };
    });
}

function pairs(value: JsonValue | undefined): [string, string][] {
  return Object.entries(asObject(value)).map(([key, each]) => [key, asText(each)]);
}

/** What a request of this document looks like, secrets as chips. */
export function sentOf(
  document: JsonObject,
  call: {
    method: string;
    path: string;
    query: [string, string][];
    headers: [string, string][];
    body: string | null;
  },
  values: Record<string, string | undefined>,
): SentView {
  const url = filled(asText(document.base_url) + call.path, values);
  const headers: HeaderLine[] = [...pairs(document.headers), ...call.headers].map(([name, value]) => ({
    name,
    value: filled(value, values),
  }));
  const query = [...pairs(document.query), ...call.query];
  query.forEach(([key, value], index) =>
    url.push(text(`${index === 0 && !call.path.includes("?") ? "?" : "&"}${key}=`), ...filled(value, values)),
  );
  let body: Piece[] | null = call.body ? [text(call.body)] : null;
  const it = asObject(document.authentication);
  const shown = (each: PromptView): Piece => {
    if (each.secret) return { kind: "secret", label: each.name };
    const value = values[each.key];
    return value ? text(value, true) : { kind: "placeholder", key: each.key };
  };
  const prompts = promptsOf(document);
  if (it.type === "basic")
    headers.push({
      name: "Authorization",
      value: [text("Basic ", true), { kind: "secret", label: prompts.map((each) => each.name).join(" : ") }],
    });
  if (it.type === "bearer")
    headers.push({
      name: "Authorization",
      value: [text(`${asText(it.prefix) || "Bearer"} `, true), ...prompts.map(shown)],
    });
  if (it.type === "oauth2" || it.type === "openid_connect") {
    const token: Piece = {
      kind: "secret",
      label: it.api_credential === "id_token" ? "ID token" : "Access token",
    };
    if (it.token_location === "query")
      url.push(text(`${query.length ? "&" : "?"}${asText(it.token_key) || "access_token"}=`, true), token);
    else
      headers.push({
        name: "Authorization",
        value: [text(`${asText(it.bearer_name) || "Bearer"} `, true), token],
      });
  }
  if (it.type === "api_key") {
    asList(it.parameters).forEach((each, index) => {
      const parameter = asObject(each);
      const described = prompts[index];
      if (!described) return;
      const prefix = asText(parameter.prefix);
      const value = [...(prefix ? [text(`${prefix} `, true)] : []), shown(described)];
      if (parameter.location === "query")
        url.push(
          text(
            `${url.some((piece) => piece.kind === "text" && piece.text.includes("?")) ? "&" : "?"}${described.key}=`,
            true,
          ),
          ...value,
        );
      else if (parameter.location === "form")
        body = [...(body ?? []), text(`${body ? "&" : ""}${described.key}=`, true), ...value];
      else if (parameter.location === "header") headers.push({ name: described.key, value });
    });
  }
  if (it.type === "auth_fields" && /^(POST|PUT|PATCH)$/.test(call.method))
    body = prompts.flatMap((each, index) => [text(`${index ? "&" : ""}${each.key}=`, true), shown(each)]);
  const signing = signedAs(it, { method: call.method, url, headers });
  return { method: call.method, url, headers, body, notes: [], signing };
}

export function previewOf(document: JsonObject, values: Record<string, string | undefined>): PreviewView {
  const verify = asObject(document.verify);
  const base = asText(document.base_url);
  const host = base.match(/^(https?:\/\/[^/]+)/)?.[1];
  return {
    sent: host
      ? sentOf(
          document,
          {
            method: asText(verify.method) || "GET",
            path: asText(verify.path),
            query: [],
            headers: [],
            body: null,
          },
          values,
        )
      : null,
    why_not: host ? null : "There is no base address yet.",
    sign_in: plannedSignIn(document),
    origins: host ? [host] : [],
    prompts: promptsOf(document),
    settings: settingsOf(document),
  };
}
