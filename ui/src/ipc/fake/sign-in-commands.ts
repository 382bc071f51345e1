import { goes, grantOf } from "../../features/builder/oauth/flow";
import { redirectAddress, redirectWayOf } from "../../features/builder/oauth/redirect-address";
import { asList, asObject, asText } from "../../lib/json";
import type { AttemptView, BeginConnect, Diagnosis, Flow, Permission, SignIn, StepName } from "../contract";
import type { JsonObject, VerificationView } from "../generated";
import { type FakeConnection, environments } from "./connections-data";
import { type Handlers, refuse } from "./handlers";
import type { World } from "./world";

/** A pretend service that people sign in to: it agrees once its page is opened again. A connection called `Blocked` is
 *  stopped by it, and whoever reauthorizes turns out to be somebody else. */

type SignInCommand =
  | "open_sign_in"
  | "copy_sign_in_link"
  | "paste_redirect"
  | "cancel_attempt"
  | "registration_of"
  | "save_registration";

const LIFE_MS = 10 * 60_000;
const PAUSE_MS = 700;
const PORT = 49_152;

const inMinutes = (minutes: number) => new Date(Date.now() + minutes * 60_000).toISOString();

export function flowOf(document: JsonObject): Flow | null {
  const authentication = asObject(document.authentication);
  if (authentication.type !== "oauth2" && authentication.type !== "openid_connect") return null;
  const grant = grantOf(authentication);
  if (goes(grant, "browser")) return "browser";
  return goes(grant, "device") ? "device" : "direct";
}

export function permissionsOf(document: JsonObject): Permission[] {
  return asList(asObject(document.scopes).items)
    .map(asObject)
    .map((row) => ({
      name: asText(row.name),
      value: asText(row.value),
      default: row.default === true,
      description: asText(row.description) || null,
    }));
}

/** The sign-in as it begins. */
export function beginSignIn(document: JsonObject, request: BeginConnect, flow: Flow): SignIn {
  const authentication = asObject(document.authentication);
  const way = request.redirect ?? redirectWayOf(authentication);
  const asked = new Set(request.scopes ?? []);
  const host = hostOf(asText(authentication.authorize_url) || asText(authentication.issuer));
  return {
    flow,
    step:
      flow === "device"
        ? {
            kind: "device",
            user_code: "KQTR-7NFX",
            verification_uri: "https://code.example/device",
            verification_uri_complete: "https://code.example/device?user_code=KQTR-7NFX",
            started_at: inMinutes(-5),
            expires_at: inMinutes(9.7),
            interval: 5,
          }
        : flow === "direct"
          ? { kind: "exchanging" }
          : way === "manual"
            ? { kind: "paste", redirect_uri: redirectAddress(authentication) }
            : {
                kind: "browser",
                private: authentication.private_session === true,
                host,
                listening: way === "loopback" ? `127.0.0.1:${PORT}` : null,
              },
    steps:
      flow === "direct"
        ? []
        : [
            {
              step: flow === "device" ? "device" : "browser",
              at: new Date().toISOString(),
              note: flow === "device" ? null : `${host}, in your default browser`,
            },
          ],
    expires_at: new Date(Date.now() + LIFE_MS).toISOString(),
    environment: request.environment === "lab" ? environments.lab : environments.production,
    requested: permissionsOf(document).filter((each) => asked.has(each.value)),
    granted: null,
    token_expires_at: null,
    renews: true,
    diagnosis: null,
    accounts: null,
  };
}

function hostOf(address: string): string {
  return URL.canParse(address) ? new URL(address).host : "the service";
}

type Connecting = {
  attemptOf: (id: string) => { view: AttemptView; make: () => FakeConnection };
  move: (id: string, change: Partial<AttemptView>) => AttemptView;
  connect: (id: string, verification: VerificationView | null) => AttemptView;
};

/** Walks an attempt through what comes behind the person's consent. */
export function makeSignInRun(world: World, { attemptOf, move, connect }: Connecting) {
  const later = (id: string, next: () => void) =>
    setTimeout(() => {
      if (world.attempts.has(id)) next();
    }, PAUSE_MS);
  const advance = (id: string, done: StepName, change: Partial<SignIn>, state: AttemptView["state"]) => {
    const signIn = attemptOf(id).view.sign_in;
    if (!signIn) return;
    const notes: Partial<Record<StepName, string>> = {
      redirect: `http://127.0.0.1:${PORT}/callback`,
      exchanged: "Lasts 1 hour, refreshes by itself",
    };
    const step = { step: done, at: new Date().toISOString(), note: notes[done] ?? null };
    move(id, { state, sign_in: { ...signIn, ...change, steps: [...signIn.steps, step] } });
  };
  const verify = (id: string, existing: FakeConnection | undefined) => {
    const account = existing ? "j.okafor@acme.test" : "jane@acme.test";
    const verification: VerificationView = {
      outcome: "works",
      sentence: `Connected as ${account}`,
      advice: null,
      account,
      said: null,
      status: 200,
      millis: 184,
    };
    move(id, { verification });
    advance(id, "verified", {}, "verifying");
    const signIn = attemptOf(id).view.sign_in;
    if (!existing || !signIn || existing.row.account === account) return void connect(id, verification);
    const side = { granted: 3, requested: 4, renews: true, expires_at: inMinutes(60) };
    move(id, {
      state: "other_account",
      sign_in: {
        ...signIn,
        accounts: {
          now: { ...side, account: existing.row.account, verified_at: existing.row.verified_at },
          next: { ...side, account, granted: 4, verified_at: new Date().toISOString() },
        },
      },
    });
  };
  return function goOn(id: string, existing?: FakeConnection): void {
    const signIn = attemptOf(id).view.sign_in;
    if (!signIn) return;
    const exchange = () => {
      // What is not usual, this service keeps to itself.
      const granted = signIn.requested.filter((each) => each.default).map((each) => each.value);
      const token = { granted, token_expires_at: inMinutes(60), step: { kind: "verifying" } as const };
      advance(id, "exchanged", token, "verifying");
      later(id, () => verify(id, existing));
    };
    if (signIn.flow !== "browser") return void later(id, exchange);
    later(id, () => {
      advance(id, "redirect", { step: { kind: "exchanging" } }, "exchanging");
      later(id, exchange);
    });
  };
}

/** What the core finds when a service does not know the redirect address. */
export function redirectDiagnosis(name: string): Diagnosis {
  return {
    title: `${name} did not accept the redirect address`,
    explanation:
      "A service only sends people back to addresses it knows. Ours was not on its list, so it stopped before asking for your permission. Nothing was saved or shared.",
    causes: [
      {
        title: "The service wants a web address",
        detail: "Many services refuse app links such as dev.patchbay:/ and accept http://127.0.0.1 instead.",
        likelihood: "most_likely",
        action: { kind: "redirect", way: "loopback" },
      },
      {
        title: "The address is not on the app’s list",
        detail: `Add it to your app at ${name}, letter for letter, then try again.`,
        likelihood: "possible",
        action: { kind: "copy_redirect", address: "dev.patchbay:/oauth/callback" },
      },
      {
        title: "The client ID belongs to another app",
        detail: "Staging and production often have separate apps with separate lists.",
        likelihood: "less_likely",
        action: { kind: "registration" },
      },
    ],
    evidence: [
      {
        id: "evidence-1",
        method: "GET",
        url: "https://login.sales.example/oauth/authorize?client_id=pb-9f31c7a2&redirect_uri=dev.patchbay:/oauth/callback&state=••••",
        request_headers: [],
        status: 400,
        headers: [["Content-Type", "application/json"]],
        body_shape: '{ "error": "redirect_uri_mismatch" }',
        no_reply: null,
        millis: 212,
      },
    ],
  };
}

export function signInCommands(world: World, goOn: (id: string) => void): Pick<Handlers, SignInCommand> {
  const attemptOf = (id: string) => {
    const found = world.attempts.get(id);
    if (!found) throw refuse("not_found", "This sign-in has ended.", { action: "Begin again." });
    return found;
  };
  return {
    open_sign_in: ({ attempt }) => {
      if (attemptOf(attempt).view.state === "waiting") goOn(attempt);
      return {};
    },
    copy_sign_in_link: ({ attempt }) => {
      attemptOf(attempt);
      return {};
    },
    paste_redirect: ({ attempt, url }) => {
      const found = attemptOf(attempt);
      if (!url.includes("state="))
        throw refuse("usage", "This is not the address of a finished sign-in.", {
          safe: "The sign-in still waits.",
          action: "Copy the whole address of the page that you landed on.",
        });
      goOn(attempt);
      return found.view;
    },
    cancel_attempt: ({ attempt }) => {
      world.attempts.delete(attempt);
      world.changed(["attempts"]);
      return {};
    },
    registration_of: ({ connector, environment }) =>
      world.registrations.get(`${connector}/${environment}`) ?? null,
    save_registration: ({ connector, environment, client_id, client_secret }) => {
      const key = `${connector}/${environment}`;
      const before = world.registrations.get(key);
      const saved = {
        client_id,
        secret_saved: client_secret !== null || (before?.secret_saved ?? false),
        used_by: before?.used_by ?? [],
      };
      world.registrations.set(key, saved);
      world.changed(["connectors"]);
      return saved;
    },
  };
}
