import { asObject, asText } from "../../lib/json";

import type { AttemptView, BeginConnect, JsonObject, PromptView, VerificationView } from "../generated";
import { placeOf, withApp } from "./app-commands";
import { type FakeConnection, environments, linkName } from "./connections-data";
import { findConnector } from "./connector-commands";
import {
  beginSignIn,
  begunAgain,
  flowOf,
  makeSignInRun,
  permissionsOf,
  redirectDiagnosis,
  redirectFailure,
  signInCommands,
  wayOf,
} from "./sign-in-commands";
import { promptsOf, settingsOf, typeLabel, typeOf } from "./documents";
import { type Handlers, refuse } from "./handlers";
import type { World } from "./world";

type ConnectCommand =
  | "connect_form"
  | "begin_connect"
  | "show_attempt"
  | "keep_attempt"
  | "agree_attempt"
  | "retry_attempt"
  | "discard_attempt"
  | "open_sign_in"
  | "copy_sign_in_link"
  | "paste_redirect"
  | "explain_page"
  | "enter_pin";

const VERIFYING_MS = 900;
const LAB_PERSON = "ada@lab.test";

/** What a pretend service says: `wrong` as a secret is refused, `offline` is not answered. */
export function verificationOf(secrets: string[], account: string | null, name: string): VerificationView {
  const base = { account: null, said: null, status: null, millis: null, advice: null };
  if (secrets.includes("wrong"))
    return {
      ...base,
      outcome: "refused",
      sentence: `${name} did not accept what was typed.`,
      advice: "Nothing was shared with anyone else. Check the values, then try again.",
      said: '{"error": "not authorized"}',
      status: 401,
      millis: 212,
    };
  if (secrets.includes("offline"))
    return {
      ...base,
      outcome: "could_not_check",
      sentence: `${name} did not answer in 60 s.`,
      advice: "What was typed is sealed and kept. Try again later, or keep it as it is.",
    };
  return {
    ...base,
    outcome: "works",
    sentence: account ? `Connected as ${account}` : "It works.",
    account,
    status: 200,
    millis: 184,
  };
}

/** The Lab plays what it can check. */
const isPlayed = (document: JsonObject) =>
  ["none", "basic", "bearer", "api_key", "auth_fields", "oauth2", "openid_connect"].includes(
    asText(asObject(document.authentication).type),
  );

const issuedFor = (prompt: PromptView) =>
  prompt.kind === "list"
    ? (prompt.options[0] ?? null)
    : prompt.kind === "number"
      ? "71094"
      : /user|mail|login/.test(prompt.key)
        ? LAB_PERSON
        : "lab-4kq2zv";

/** What the core says of a connector from a file before it may send to this machine or its network. */
function leadsInside(connector: string) {
  const address = "http://192.168.1.20:8080";
  return refuse(
    "inside_not_agreed",
    `${connector} came with a file, and it leads to this machine or its network: ${address}.`,
    {
      safe: "Nothing was sent, and nothing was stored.",
      action:
        "Programs there may trust whoever reaches them. If you want it to send there, agree to the address and try again.",
      names: [address],
    },
  );
}

const noRequest: VerificationView = {
  outcome: "could_not_check",
  sentence: "This connector names no request to verify with.",
  advice: null,
  account: null,
  said: null,
  status: null,
  millis: null,
};

export function connectCommands(world: World): Pick<Handlers, ConnectCommand> {
  const attemptOf = (id: string) => {
    const found = world.attempts.get(id);
    if (!found) throw refuse("not_found", "This sign-in has ended.", { action: "Begin again." });
    return found;
  };
  const move = (id: string, change: Partial<AttemptView>) => {
    const attempt = attemptOf(id);
    attempt.view = { ...attempt.view, ...change };
    world.changed(["attempts", "connections"]);
    return attempt.view;
  };
  const connect = (id: string, verification: VerificationView | null) => {
    const made = attemptOf(id).make();
    const works = verification?.outcome === "works";
    const refused = verification?.outcome === "refused";
    made.row.status = refused
      ? { kind: "needs_attention", sentence: "Sign-in rejected" }
      : {
          kind: "connected",
          sentence: works ? `Connected as ${made.row.account ?? ""}` : "Connected, not verified",
        };
    made.row.verified_at = works ? new Date().toISOString() : null;
    if (!works) made.row.account = null;
    if (world.attempts.get(id)?.newVersion) made.newVersion = null;
    world.connections = [...world.connections.filter((each) => each.row.id !== made.row.id), made];
    return move(id, { state: "connected", connection: made.row.id });
  };
  const verify = (id: string) => {
    setTimeout(() => {
      const attempt = world.attempts.get(id);
      if (!attempt) return;
      const verification = verificationOf(
        attempt.secrets,
        attempt.view.environment.link_name === "lab" ? LAB_PERSON : "jane@acme.test",
        attempt.view.connector_name,
      );
      move(id, { verification });
      if (verification.outcome === "works") connect(id, verification);
      else move(id, { state: verification.outcome });
    }, VERIFYING_MS);
  };
  const goOn = makeSignInRun(world, { attemptOf, move, connect });
  const existingOf = (id: string) =>
    world.connections.find((each) => each.row.id === world.attempts.get(id)?.existing);
  return {
    ...signInCommands(world, (id) => goOn(id, existingOf(id))),
    connect_form: ({ connector, environment, connection, new_version, client_id }) => {
      const { document, stage } = findConnector(world, connector);
      if (stage === "draft")
        throw refuse("draft", "This connector is a draft.", { action: "Mark it as ready first." });
      const name = asText(document.name);
      const lab = environment === "lab";
      const apps = (world.registrations.get(connector) ?? []).filter(
        (each) => each.environment.link_name === (environment ?? "production"),
      );
      const prompts = withApp(promptsOf(document), apps, client_id);
      return {
        connector,
        connector_name: name,
        authentication_label: typeLabel(document),
        default_name: name,
        environments: isPlayed(document) ? [...world.environments, environments.lab] : world.environments,
        apps,
        authentications: [],
        authentication: null,
        // Signing in again keeps the settings, but for a new version.
        settings: (connection && !new_version ? [] : settingsOf(document)).map((each) =>
          lab ? { ...each, default: each.default ?? each.options[0] ?? each.example ?? "lab" } : each,
        ),
        prompts: prompts.map((each) => (lab && !each.secret ? { ...each, default: issuedFor(each) } : each)),
        issued: lab ? prompts.map((each) => each.key) : [],
        setup_help: asText(document.setup_help) || null,
        can_verify: Boolean(document.verify),
        way: flowOf(document) === "browser" ? wayOf(asObject(document.authentication)) : null,
        needs_vault: typeOf(document) !== "none",
        signs_in: ["browser", "device"].includes(flowOf(document) ?? ""),
        scopes: permissionsOf(document),
      };
    },
    begin_connect: (request) => {
      const { document } = findConnector(world, request.connector);
      if (world.vault.state !== "open" && world.vault.state !== "closed")
        throw refuse("vault_locked", "The vault is locked.", {
          safe: "What you typed is still here.",
          action: "Unlock the vault, then go on.",
        });
      const lab = request.environment === "lab";
      const settings = request.connection && !request.new_version ? [] : settingsOf(document);
      const missing = [...settings, ...promptsOf(document)].filter(
        (each) =>
          !lab &&
          !each.optional &&
          !(request.settings[each.key] ?? request.values[each.key] ?? request.secrets[each.key]),
      );
      const [first] = missing;
      if (first)
        throw refuse("missing", `${first.name} is empty.`, {
          field: first.key,
          names: missing.map((each) => each.key),
          action: "Fill it in.",
        });
      const id = `attempt-${world.attempts.size + 1}`;
      const name = request.name || asText(document.name);
      if (name === "Inside" && !world.agreedInside.has(request.connector))
        throw leadsInside(asText(document.name));
      const existing = world.connections.find((each) => each.row.id === request.connection);
      const make = () => existing ?? newConnection(world, request, document);
      const view: AttemptView = {
        attempt: id,
        connector: request.connector,
        connector_name: asText(document.name),
        name,
        environment: existing?.row.environment ?? placeOf(world, request.environment),
        state: "verifying",
        verification: null,
        connection: null,
        sign_in: null,
      };
      const flow = flowOf(document);
      if (flow) {
        const sign_in = beginSignIn(document, request, flow);
        const failure = name === "Blocked" ? redirectFailure(asText(document.name)) : null;
        const begins = flow === "direct" ? "exchanging" : "signing_in";
        world.attempts.set(id, {
          view: {
            ...view,
            state: failure ? "failed" : begins,
            sign_in: { ...sign_in, failure },
            ...(failure && { diagnosis: redirectDiagnosis }),
          },
          make,
          secrets: [],
          existing: request.connection,
          newVersion: request.new_version,
          usual: new Set(
            permissionsOf(document)
              .filter((each) => each.default)
              .map((each) => each.value),
          ),
        });
        if (flow === "direct") goOn(id, existing);
        return attemptOf(id).view;
      }
      world.attempts.set(id, {
        view,
        make,
        existing: request.connection,
        newVersion: request.new_version,
        usual: new Set(),
        // Whatever else than the Lab issued is wrong there.
        secrets: Object.values(request.secrets).map((each) => (lab && each ? "wrong" : (each ?? ""))),
      });
      if (document.verify) verify(id);
      else connect(id, noRequest);
      return attemptOf(id).view;
    },
    show_attempt: ({ attempt }) => attemptOf(attempt).view,
    keep_attempt: ({ attempt }) => {
      const { view, make } = attemptOf(attempt);
      if (view.state === "another_account") {
        const swapped = make();
        swapped.former = {
          account: swapped.row.account,
          until: new Date(Date.now() + 10 * 60_000).toISOString(),
        };
        swapped.row.account = view.sign_in?.account ?? null;
      }
      return connect(attempt, view.verification);
    },
    agree_attempt: ({ attempt }) => {
      const { existing } = attemptOf(attempt);
      const standing = world.connections.find(({ row }) => row.id === existing);
      goOn(attempt, standing);
      return move(attempt, { state: "verifying" });
    },
    retry_attempt: ({ attempt }) => {
      const { sign_in, state } = attemptOf(attempt).view;
      const waits = state === "signing_in" && sign_in?.device;
      if (sign_in && !waits && state !== "failed" && state !== "refused" && state !== "could_not_check")
        throw refuse("not_found", "This sign-in has ended.", { action: "Begin again." });
      if (sign_in) {
        delete attemptOf(attempt).view.diagnosis;
        return move(attempt, {
          state: "signing_in",
          verification: null,
          sign_in: begunAgain(sign_in),
        });
      }
      verify(attempt);
      return move(attempt, { state: "verifying", verification: null });
    },
    discard_attempt: ({ attempt }) => {
      world.attempts.delete(attempt);
      world.changed(["attempts"]);
      return {};
    },
  };
}

function newConnection(world: World, request: BeginConnect, document: JsonObject): FakeConnection {
  const name = request.name || asText(document.name);
  const asked = permissionsOf(document).filter((each) => request.scopes?.includes(each.value));
  return {
    row: {
      id: `connection-${world.connections.length + 1}-${Date.now()}`,
      name,
      link_name: linkName(name, "-"),
      connector: {
        id: request.connector,
        link_name: asText(document.link_name),
        name: asText(document.name),
      },
      environment: placeOf(world, request.environment),
      account: request.environment === "lab" ? LAB_PERSON : "jane@acme.test",
      status: { kind: "connected", sentence: "" },
      permissions:
        asked.length > 0
          ? { granted: asked.filter((each) => each.default).length, requested: asked.length }
          : null,
      expires_at: flowOf(document) && new Date(Date.now() + 60 * 60_000).toISOString(),
      verified_at: null,
    },
    createdAt: new Date().toISOString(),
    settings: Object.fromEntries(Object.entries(request.settings).map(([key, value]) => [key, value ?? ""])),
    filled: [],
    before: null,
    history: [
      { at: new Date().toISOString(), sentence: "Connected", tone: "good", aside: "184 ms", exchange: null },
    ],
  };
}
